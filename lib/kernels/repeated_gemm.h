// Products of few rows each with one right-hand side, as the steps of a recurrence need them.
#pragma once

#include <cstdint>
#include <optional>

#include "kernels/gemm.h"
#include "kernels/packed_gemm.h"

namespace limn::kernels {

struct RepeatedGemmOptions {
  Transpose b = Transpose::no;
  std::int64_t times = 1;                   ///< how many products there will be
  std::optional<Precision> precision = {};  ///< as in GemmOptions
};

/// Packs the right-hand side once where that pays for `times` products.
template <class T>
class RepeatedGemm {
 public:
  /// op(b) is [k, n], stored tightly; `b` must live as long as this.
  RepeatedGemm(std::int64_t k, std::int64_t n, const T* b, const RepeatedGemmOptions& options);

  /// c [m, n] += a [m, k] · op(b); lda and ldc are the row strides.
  void add(std::int64_t m, const T* a, std::int64_t lda, T* c, std::int64_t ldc) const;

 private:
  std::int64_t k_;
  std::int64_t n_;
  const T* b_;
  GemmOptions options_;
  PackedMatrix packed_;
};

}  // namespace limn::kernels
