// Counts in tensors of a state.
#pragma once

#include <cmath>

namespace limn::optim {

/// A whole number from 0 that a double holds exactly.
inline bool is_count(double value) {
  return value >= 0 && value <= 0x1p53 && value == std::floor(value);
}

}  // namespace limn::optim
