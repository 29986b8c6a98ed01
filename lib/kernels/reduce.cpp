#include "kernels/reduce.h"

#include <algorithm>
#include <vector>

#include "kernels/blocks.h"
#include "kernels/column_sums.h"
#include "kernels/row_reduce.h"

namespace limn::kernels {

template <class T>
double sum(std::int64_t n, const T* x) {
  constexpr std::int64_t block = 16384;
  std::vector<double> partial(static_cast<std::size_t>(ceil_divide(n, block)));
  for_blocks(
      n,
      [&](std::int64_t begin, std::int64_t size) {
        partial[static_cast<std::size_t>(begin / block)] = row_sum<T>(size, x + begin);
      },
      block);
  double total = 0;
  for (const double part : partial) total += part;
  return total;
}

template <class T>
void sum(const AxisShape& s, const T* x, T* y) {
  const std::int64_t size = s.n * s.inner;
  if (s.inner != 1) std::fill_n(y, s.outer * s.inner, T(0));
  if (s.outer == 1 && s.inner != 1) return add_column_sums<T>(s.n, s.inner, x, y);
#pragma omp parallel for schedule(static) if (s.outer * size >= 32768)
  for (std::int64_t o = 0; o < s.outer; ++o) {
    if (s.inner == 1) {
      y[o] = static_cast<T>(row_sum<T>(s.n, x + o * s.n));
    } else {
      add_column_sums<T>(s.n, s.inner, x + o * size, y + o * s.inner);
    }
  }
}

template <class T>
void sum_backward(const AxisShape& s, const T* dy, T* dx) {
  const std::int64_t total = s.outer * s.n * s.inner;
  if (s.inner == 1) {
#pragma omp parallel for schedule(static) if (total >= 32768)
    for (std::int64_t o = 0; o < s.outer; ++o) {
#pragma omp simd
      for (std::int64_t i = 0; i < s.n; ++i) dx[o * s.n + i] += dy[o];
    }
    return;
  }
#pragma omp parallel for schedule(static) if (total >= 32768)
  for (std::int64_t row = 0; row < s.outer * s.n; ++row) {
    const T* from = dy + row / s.n * s.inner;
    T* to = dx + row * s.inner;
#pragma omp simd
    for (std::int64_t i = 0; i < s.inner; ++i) to[i] += from[i];
  }
}

#define LIMN_INSTANTIATE(T)                          \
  template double sum(std::int64_t, const T*);       \
  template void sum(const AxisShape&, const T*, T*); \
  template void sum_backward(const AxisShape&, const T*, T*);
LIMN_INSTANTIATE(float)
LIMN_INSTANTIATE(double)
#undef LIMN_INSTANTIATE

}  // namespace limn::kernels
