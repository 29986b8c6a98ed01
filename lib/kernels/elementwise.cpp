#include "kernels/elementwise.h"

namespace limn::kernels {

template <class T>
void axpy(std::int64_t n, T alpha, const T* x, T* y) {
#pragma omp parallel for simd if (n > 65536)
  for (std::int64_t i = 0; i < n; ++i) y[i] += alpha * x[i];
}

template <class T>
void affine(std::int64_t n, T scale, T offset, const T* x, T* y) {
#pragma omp parallel for simd if (n > 65536)
  for (std::int64_t i = 0; i < n; ++i) y[i] = scale * x[i] + offset;
}

template void axpy(std::int64_t, float, const float*, float*);
template void axpy(std::int64_t, double, const double*, double*);
template void affine(std::int64_t, float, float, const float*, float*);
template void affine(std::int64_t, double, double, const double*, double*);

}  // namespace limn::kernels
