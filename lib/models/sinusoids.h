// Positions as sines and cosines.
#pragma once

#include <cstdint>

#include "limn/core/tensor.h"

namespace limn::models {

/// Rows first … first + n − 1 of PE(pos, 2i) = sin(pos / 10000^(2i/d)), PE(pos, 2i + 1) = cos(…)
/// (Vaswani et al., "Attention is all you need", 2017, section 3.5). Result [n, d]; d is even.
Tensor sinusoids(std::int64_t first, std::int64_t n, std::int64_t d, DType dtype);

}  // namespace limn::models
