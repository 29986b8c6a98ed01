#include "kernels/packed_product.h"

#include "kernels/packed_gemm.h"
#include "limn/core/error.h"

namespace limn::kernels {

PackedProduct::PackedProduct(std::int64_t k, std::int64_t n, const StridedMatrix<float>& b,
                             Precision precision, const float* scale)
    : precision_(precision) {
  if (precision == Precision::float32) {
    matrix_ = PackedMatrix<float>(k, n, b, scale);
  } else {
    matrix_ = Bf16Matrix(k, n, b, scale);
  }
}

void PackedProduct::multiply(std::int64_t m, const float* a, std::int64_t lda,
                             const WriteBack<float>& write_back, float* c, std::int64_t ldc) const {
  LIMN_ASSERT(defined());
  if (const auto* floats = std::get_if<PackedMatrix<float>>(&matrix_))
    return packed_gemm<float>(m, strided(a, lda), *floats, write_back, c, ldc);
  const auto& rounded = std::get<Bf16Matrix>(matrix_);
  bf16_gemm({.m = m,
             .n = rounded.columns(),
             .k = rounded.rows(),
             .a = strided(a, lda),
             .b = {},
             .c = c,
             .ldc = ldc,
             .write_back = write_back,
             .packed = &rounded},
            bf16_tile(precision_));
}

}  // namespace limn::kernels
