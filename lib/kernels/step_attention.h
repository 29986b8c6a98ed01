// Attention of one query a row to what the steps before it left.
#pragma once

#include <cstdint>

namespace limn::kernels {

/// Keys and values lie in a matrix for each step: row n sees row rows[n · steps + s] of keys[s] and
/// values[s], s < steps, or nothing of that step where it is negative. All matrices, q and y [n,
/// heads · width] included, have as many columns.
template <class T>
struct StepAttention {
  std::int64_t n;
  std::int64_t steps;
  std::int64_t heads;
  std::int64_t width;  ///< of one head
  double scale;
  const T* q;
  const T* const* keys;
  const T* const* values;
  const std::int32_t* rows;
};

/// y = softmax(scale · q keysᵀ) values
template <class T>
void step_attention(const StepAttention<T>& attention, T* y);

}  // namespace limn::kernels
