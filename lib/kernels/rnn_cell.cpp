#include "kernels/rnn_cell.h"

#include "kernels/cell_rows.h"

namespace limn::kernels {

template <class T>
void rnn_cell(const RnnStep<T>& step, const T* bias) {
  for_each_row(step.m, step.d, [&](std::int64_t row) {
    Segment<T> h(step.h + row * step.d, step.d);
    h = (h + ConstSegment<T>(bias, step.d)).tanh();
  });
}

template <class T>
void rnn_cell_backward(const RnnStep<T>& step, const T* doutput, T* dh, T* dgates) {
  for_each_row(step.m, step.d, [&](std::int64_t row) {
    const std::int64_t at = row * step.d;
    const ConstSegment<T> h(step.h + at, step.d);
    Segment<T> carried(dh + at, step.d);
    Segment<T>(dgates + at, step.d) =
        (ConstSegment<T>(doutput + at, step.d) + carried) * (T(1) - h.square());
    carried.setZero();
  });
}

template void rnn_cell(const RnnStep<float>&, const float*);
template void rnn_cell(const RnnStep<double>&, const double*);
template void rnn_cell_backward(const RnnStep<float>&, const float*, float*, float*);
template void rnn_cell_backward(const RnnStep<double>&, const double*, double*, double*);

}  // namespace limn::kernels
