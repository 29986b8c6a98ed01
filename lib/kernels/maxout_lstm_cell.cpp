#include "kernels/maxout_lstm_cell.h"

#include "kernels/cell_rows.h"

namespace limn::kernels {

template <class T>
void maxout_lstm_cell(const LstmStep<T>& step) {
  const std::int64_t d = step.d;
  for_each_row(step.m, d, [&](std::int64_t row) {
    T* gates = step.gates + row * 5 * d;
    Segment<T> sigmas(gates, 3 * d);
    sigmas = sigmas.logistic();
    const ConstSegment<T> i(gates, d);
    const ConstSegment<T> f(gates + d, d);
    const ConstSegment<T> o(gates + 2 * d, d);
    const ConstSegment<T> first(gates + 3 * d, d);
    const ConstSegment<T> second(gates + 4 * d, d);
    Segment<T> c(step.c + row * d, d);
    c = f * ConstSegment<T>(step.c_before + row * d, d) + i * first.max(second);
    Segment<T>(step.h + row * d, d) = o * c.tanh();
  });
}

template <class T>
void maxout_lstm_cell_backward(const LstmStep<T>& step, const LstmGradients<T>& gradients) {
  const std::int64_t d = step.d;
  for_each_row(step.m, d, [&](std::int64_t row) {
    T* i = step.gates + row * 5 * d;
    T* f = i + d;
    T* o = f + d;
    T* first = o + d;
    T* second = first + d;
    T* dc = gradients.dc + row * d;
    const T* c_before = step.c_before + row * d;
    const ConstSegment<T> c(step.c + row * d, d);
    const ConstSegment<T> h(step.h + row * d, d);
    const ConstSegment<T> dh(gradients.doutput + row * d, d);
    Segment<T> output_gate(o, d);
    Segment<T>(dc, d) += dh * output_gate * (T(1) - c.tanh().square());
    output_gate = dh * h * (T(1) - output_gate);  // h = o ⊙ tanh(c)
#pragma omp simd
    for (std::int64_t j = 0; j < d; ++j) {
      const T dcell = dc[j];
      const T input = i[j];
      const T forget = f[j];
      const T candidate = first[j] > second[j] ? first[j] : second[j];
      const T share = first[j] == second[j] ? T(0.5) : first[j] > second[j] ? T(1) : T(0);
      i[j] = dcell * candidate * input * (T(1) - input);
      f[j] = dcell * c_before[j] * forget * (T(1) - forget);
      first[j] = dcell * input * share;
      second[j] = dcell * input * (T(1) - share);
      dc[j] = dcell * forget;
    }
  });
}

template void maxout_lstm_cell(const LstmStep<float>&);
template void maxout_lstm_cell(const LstmStep<double>&);
template void maxout_lstm_cell_backward(const LstmStep<float>&, const LstmGradients<float>&);
template void maxout_lstm_cell_backward(const LstmStep<double>&, const LstmGradients<double>&);

}  // namespace limn::kernels
