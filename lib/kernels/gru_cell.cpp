#include "kernels/gru_cell.h"

#include "kernels/cell_rows.h"

namespace limn::kernels {

template <class T>
void gru_cell(const GruStep<T>& step, const T* bias) {
  const std::int64_t d = step.d;
  for_each_row(step.m, d, [&](std::int64_t row) {
    T* gates = step.gates + row * 4 * d;
    Segment<T> n(gates, d);
    Segment<T> r(gates + d, d);
    Segment<T> z(gates + 2 * d, d);
    Segment<T> u(gates + 3 * d, d);
    r = (r + ConstSegment<T>(bias + d, d)).logistic();
    z = (z + ConstSegment<T>(bias + 2 * d, d)).logistic();
    u += ConstSegment<T>(bias + 3 * d, d);
    n = (n + ConstSegment<T>(bias, d) + r * u).tanh();
    Segment<T>(step.h + row * d, d) = n + z * (ConstSegment<T>(step.h_before + row * d, d) - n);
  });
}

template <class T>
void gru_cell_backward(const GruStep<T>& step, const T* doutput, T* dh) {
  const std::int64_t d = step.d;
  for_each_row(step.m, d, [&](std::int64_t row) {
    T* n = step.gates + row * 4 * d;
    T* r = n + d;
    T* z = r + d;
    T* u = z + d;
    const T* h_before = step.h_before + row * d;
    const T* dout = doutput + row * d;
    T* dhidden = dh + row * d;
#pragma omp simd
    for (std::int64_t j = 0; j < d; ++j) {
      const T dh_j = dout[j] + dhidden[j];
      const T dn = dh_j * (T(1) - z[j]) * (T(1) - n[j] * n[j]);
      const T dz = dh_j * (h_before[j] - n[j]) * z[j] * (T(1) - z[j]);
      const T du = dn * r[j];
      dhidden[j] = dh_j * z[j];
      r[j] = dn * u[j] * r[j] * (T(1) - r[j]);
      n[j] = dn;
      z[j] = dz;
      u[j] = du;
    }
  });
}

template void gru_cell(const GruStep<float>&, const float*);
template void gru_cell(const GruStep<double>&, const double*);
template void gru_cell_backward(const GruStep<float>&, const float*, float*);
template void gru_cell_backward(const GruStep<double>&, const double*, double*);

}  // namespace limn::kernels
