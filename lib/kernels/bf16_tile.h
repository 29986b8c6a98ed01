// The inner loop of products in bfloat16: a tile of the result.
#pragma once

#include <cstdint>

#include "limn/core/precision.h"

namespace limn::kernels {

inline constexpr std::int64_t kBf16Rows = 8;
inline constexpr std::int64_t kBf16Columns = 48;
inline constexpr std::int64_t kBf16Pairs = 256;  ///< at most, a product of 512

/// sum [kBf16Rows, kBf16Columns] = a · b over 2 · pairs products each. An element of a [pairs,
/// kBf16Rows] and of b [pairs, kBf16Columns] is two bfloat16, the first in the low half; the
/// products of a pair are added in float32.
using Bf16Tile = void (*)(std::int64_t pairs, const std::uint32_t* a, const std::uint32_t* b,
                          float* sum);

/// Of a precision that rounds to bfloat16 and is available.
Bf16Tile bf16_tile(Precision precision);
/// Each half becomes a float32, which any processor multiplies.
void bf16_tile_widened(std::int64_t pairs, const std::uint32_t* a, const std::uint32_t* b,
                       float* sum);
/// The reference of the tests.
void bf16_tile_naive(std::int64_t pairs, const std::uint32_t* a, const std::uint32_t* b,
                     float* sum);

}  // namespace limn::kernels
