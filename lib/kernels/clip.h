// Clipping of many gradients in one pass.
#pragma once

#include <cstdint>
#include <span>

namespace limn::kernels {

template <class T>
struct Range {
  std::int64_t n;
  T* x;
};

/// Σ x² of all ranges in double, in an order that depends on the sizes only.
template <class T>
double sum_of_squares(std::span<const Range<T>> ranges);

/// x *= factor
template <class T>
void scale(double factor, std::span<const Range<T>> ranges);

/// x = min(max(x, −limit), limit); NaN stays.
template <class T>
void clamp(double limit, std::span<const Range<T>> ranges);

}  // namespace limn::kernels
