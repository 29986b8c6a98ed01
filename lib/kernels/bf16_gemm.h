// Products of float32 matrices whose elements are rounded to bfloat16 while they are packed.
#pragma once

#include <cstdint>

#include "kernels/bf16_tile.h"
#include "kernels/strided_matrix.h"
#include "kernels/write_back.h"
#include "limn/core/tensor.h"

namespace limn::kernels {

/// B [k, n], rounded and packed as the inner loop reads it, once for many products.
class Bf16Matrix {
 public:
  Bf16Matrix() = default;
  /// Column j is multiplied by scale[j], before it is rounded, unless `scale` is nullptr.
  Bf16Matrix(std::int64_t k, std::int64_t n, const StridedMatrix<float>& b,
             const float* scale = nullptr);

  std::int64_t rows() const { return k_; }
  std::int64_t columns() const { return n_; }
  /// The panels of the columns from `column` on, a first one of a panel, for one block of rows.
  const std::uint32_t* panels(std::int64_t block, std::int64_t column) const;

 private:
  std::int64_t k_ = 0;
  std::int64_t n_ = 0;
  Tensor elements_;
};

/// c [m, n] = limits(a [m, k] · b [k, n] + bias + residual), rows of c `ldc` apart.
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
  WriteBack<float> write_back{};
  const Bf16Matrix* packed = nullptr;  ///< b, which then need not be there itself
};
void bf16_gemm(const Bf16Gemm& product, Bf16Tile tile);

/// Two floats as bfloat16, the first in the low half.
std::uint32_t bf16_pair(float low, float high);

}  // namespace limn::kernels
