// Products of float32 matrices whose elements are rounded to bfloat16 while they are packed.
#pragma once

#include <cstdint>

#include "kernels/bf16_tile.h"
#include "kernels/strided_matrix.h"

namespace limn::kernels {

/// c [m, n] = alpha · a [m, k] · b [k, n] + beta · c, rows of c `ldc` apart; beta 0 overwrites c.
/// Each operand is rounded to the nearest bfloat16 (8 significant bits, halves to even), products
/// and sums are float32, so |error| <= (2⁻⁷ + 2⁻¹⁶ + k 2⁻²³) Σ |a| |b| of each element, as long as
/// nothing is smaller than the smallest normal number. The bits depend on sizes, not on threads.
struct Bf16Gemm {
  std::int64_t m;
  std::int64_t n;
  std::int64_t k;
  StridedMatrix<float> a;
  StridedMatrix<float> b;
  float* c;
  std::int64_t ldc;
  float alpha = 1;
  float beta = 0;
};
void bf16_gemm(const Bf16Gemm& product, Bf16Tile tile);

/// Two floats as bfloat16, the first in the low half.
std::uint32_t bf16_pair(float low, float high);

}  // namespace limn::kernels
