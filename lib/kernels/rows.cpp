#include "kernels/rows.h"

#include <algorithm>
#include <cstring>

namespace limn::kernels {
namespace {

constexpr std::int64_t kParallel = 65536;  // elements from which on a second thread is worth it

template <class T>
void add(std::int64_t n, const T* x, T* y) {
#pragma omp simd
  for (std::int64_t i = 0; i < n; ++i) y[i] += x[i];
}

}  // namespace

// Each thread has strips of columns of its own, so that no two add to the same element.
template <class T>
void gather_rows_backward(std::span<const std::int64_t> rows, std::int64_t n, const T* dy, T* dx) {
  constexpr std::int64_t strip = 256;
  const auto count = static_cast<std::int64_t>(rows.size());
#pragma omp parallel for schedule(static) if (count * n >= kParallel && n > strip)
  for (std::int64_t begin = 0; begin < n; begin += strip) {
    const std::int64_t size = std::min(strip, n - begin);
    for (std::int64_t i = 0; i < count; ++i) {
      const std::int64_t row = rows[static_cast<std::size_t>(i)];
      if (row >= 0) add(size, dy + i * n + begin, dx + row * n + begin);
    }
  }
}

void copy_rows(const RowCopy& copy, std::size_t element_bytes, const void* from, void* to) {
  const auto bytes = [&](std::int64_t n) { return static_cast<std::size_t>(n) * element_bytes; };
  const auto* source = static_cast<const char*>(from);
  auto* target = static_cast<char*>(to);
#pragma omp parallel for schedule(static) if (copy.rows * copy.n >= kParallel)
  for (std::int64_t row = 0; row < copy.rows; ++row)
    std::memcpy(target + bytes(row * copy.to_stride), source + bytes(row * copy.from_stride),
                bytes(copy.n));
}

template <class T>
void add_rows(const RowCopy& copy, const T* from, T* to) {
#pragma omp parallel for schedule(static) if (copy.rows * copy.n >= kParallel)
  for (std::int64_t row = 0; row < copy.rows; ++row)
    add(copy.n, from + row * copy.from_stride, to + row * copy.to_stride);
}

#define LIMN_INSTANTIATE(T)                                                                      \
  template void gather_rows_backward(std::span<const std::int64_t>, std::int64_t, const T*, T*); \
  template void add_rows(const RowCopy&, const T*, T*);
LIMN_INSTANTIATE(float)
LIMN_INSTANTIATE(double)
#undef LIMN_INSTANTIATE

}  // namespace limn::kernels
