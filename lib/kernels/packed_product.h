// A right-hand side that is packed for products in the precision asked for.
#pragma once

#include <cstdint>
#include <variant>

#include "kernels/bf16_gemm.h"
#include "kernels/packed_matrix.h"
#include "kernels/strided_matrix.h"
#include "kernels/write_back.h"

namespace limn::kernels {

class PackedProduct {
 public:
  PackedProduct() = default;
  /// b is [k, n], its rows or its columns tight; column j is multiplied by scale[j] unless `scale`
  /// is nullptr.
  PackedProduct(std::int64_t k, std::int64_t n, const StridedMatrix<float>& b, Precision precision,
                const float* scale = nullptr);

  bool defined() const { return !std::holds_alternative<std::monostate>(matrix_); }
  /// c [m, n] = limits(a [m, k] · b + bias + residual); lda and ldc are the row strides.
  void multiply(std::int64_t m, const float* a, std::int64_t lda,
                const WriteBack<float>& write_back, float* c, std::int64_t ldc) const;

 private:
  Precision precision_ = Precision::float32;
  std::variant<std::monostate, PackedMatrix<float>, Bf16Matrix> matrix_;
};

}  // namespace limn::kernels
