#include "kernels/elementwise.h"

namespace limn::kernels {

template <class T>
void axpy(std::int64_t n, T alpha, const T* x, T* y) {
#pragma omp parallel for simd if (n > 65536)
  for (std::int64_t i = 0; i < n; ++i) y[i] += alpha * x[i];
}

template void axpy(std::int64_t, float, const float*, float*);
template void axpy(std::int64_t, double, const double*, double*);

}  // namespace limn::kernels
