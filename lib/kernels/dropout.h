// Inverted dropout.
#pragma once

#include <cstdint>

namespace limn::kernels {

/// Which numbers decide: keys and counters of Philox.
struct DropoutDraw {
  double p = 0;  ///< in [0, 1)
  std::uint64_t key = 0;
  std::uint64_t first_counter = 0;
};

/// Counters that n elements take.
std::uint64_t dropout_counters(std::int64_t n);

/// mask [n] is 0 with probability p, else 1; y = x · mask / (1 − p).
template <class T>
void dropout(std::int64_t n, const DropoutDraw& draw, const T* x, std::uint8_t* mask, T* y);
/// dx += dy · mask / (1 − p)
template <class T>
void dropout_backward(std::int64_t n, double p, const std::uint8_t* mask, const T* dy, T* dx);

}  // namespace limn::kernels
