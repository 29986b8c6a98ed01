// Sums over one axis, in an order that does not depend on the number of threads.
#pragma once

#include <cstdint>

namespace limn::kernels {

/// Σ x
template <class T>
double sum(std::int64_t n, const T* x);

/// x [outer, n, inner]
struct SumShape {
  std::int64_t outer = 0;
  std::int64_t n = 0;
  std::int64_t inner = 1;
};

/// y [outer, inner] = Σ over n
template <class T>
void sum(const SumShape& shape, const T* x, T* y);
/// dx += dy, repeated n times
template <class T>
void sum_backward(const SumShape& shape, const T* dy, T* dx);

}  // namespace limn::kernels
