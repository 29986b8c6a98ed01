// The product of a few rows with a transposed matrix, as one step of a search needs it: without
// packing, which would cost more than the product.
#pragma once

#include <cstdint>

namespace limn::kernels {

/// Up to this many rows it is faster than packing b.
inline constexpr std::int64_t kFewRows = 12;

/// c [m, n] = alpha · a [m, k] · bᵀ, or c + that, b [n, k]. Leading dimensions are row strides.
/// Reads b once; any m is right, a small one fast.
struct FewRowsGemm {
  std::int64_t m;
  std::int64_t n;
  std::int64_t k;
  const float* a;
  std::int64_t lda;
  const float* b;
  std::int64_t ldb;
  float* c;
  std::int64_t ldc;
  float alpha = 1;
  bool add = false;
};
void few_rows_gemm(const FewRowsGemm& product);

}  // namespace limn::kernels
