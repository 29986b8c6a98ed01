#include "kernels/lstm_cell.h"

#include "kernels/cell_rows.h"

namespace limn::kernels {

template <class T>
void lstm_cell(const LstmStep<T>& step, const T* bias) {
  const std::int64_t d = step.d;
  for_each_row(step.m, d, [&](std::int64_t row) {
    T* gates = step.gates + row * 4 * d;
    Segment<T> i(gates, d);
    Segment<T> f(gates + d, d);
    Segment<T> g(gates + step.cell_block * d, d);
    Segment<T> o(gates + step.output_block * d, d);
    Segment<T> c(step.c + row * d, d);
    i = (i + ConstSegment<T>(bias, d)).logistic();
    f = (f + ConstSegment<T>(bias + d, d)).logistic();
    g = (g + ConstSegment<T>(bias + step.cell_block * d, d)).tanh();
    o = (o + ConstSegment<T>(bias + step.output_block * d, d)).logistic();
    c = f * ConstSegment<T>(step.c_before + row * d, d) + i * g;
    Segment<T>(step.h + row * d, d) = o * c.tanh();
  });
}

template <class T>
void lstm_cell_backward(const LstmStep<T>& step, const LstmGradients<T>& gradients) {
  const std::int64_t d = step.d;
  for_each_row(step.m, d, [&](std::int64_t row) {
    T* i = step.gates + row * 4 * d;
    T* f = i + d;
    T* g = i + step.cell_block * d;
    T* o = i + step.output_block * d;
    T* dc = gradients.dc + row * d;
    T* dh = gradients.dh + row * d;
    const T* c_before = step.c_before + row * d;
    const ConstSegment<T> c(step.c + row * d, d);
    const ConstSegment<T> h(step.h + row * d, d);
    Segment<T> output_gate(o, d);
    Segment<T> dhidden(dh, d);
    dhidden += ConstSegment<T>(gradients.doutput + row * d, d);
    Segment<T>(dc, d) += dhidden * output_gate * (T(1) - c.tanh().square());
    output_gate = dhidden * h * (T(1) - output_gate);  // h = o ⊙ tanh(c)
#pragma omp simd
    for (std::int64_t j = 0; j < d; ++j) {
      const T dcell = dc[j];
      const T input = i[j];
      const T forget = f[j];
      i[j] = dcell * g[j] * input * (T(1) - input);
      f[j] = dcell * c_before[j] * forget * (T(1) - forget);
      g[j] = dcell * input * (T(1) - g[j] * g[j]);
      dc[j] = dcell * forget;
      dh[j] = T(0);
    }
  });
}

template void lstm_cell(const LstmStep<float>&, const float*);
template void lstm_cell(const LstmStep<double>&, const double*);
template void lstm_cell_backward(const LstmStep<float>&, const LstmGradients<float>&);
template void lstm_cell_backward(const LstmStep<double>&, const LstmGradients<double>&);

}  // namespace limn::kernels
