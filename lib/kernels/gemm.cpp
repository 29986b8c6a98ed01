#include "kernels/gemm.h"

#include <type_traits>

#include "core/check.h"
#include "kernels/bf16_gemm.h"
#include "kernels/few_rows_gemm.h"
#include "kernels/packed_gemm.h"

namespace limn::kernels {

template <class T>
void gemm(std::int64_t m, std::int64_t n, std::int64_t k, const T* a, std::int64_t lda, const T* b,
          std::int64_t ldb, T* c, std::int64_t ldc, const GemmOptions& options) {
  constexpr bool is_float = std::is_same_v<T, float>;
  const Precision precision =
      options.precision.value_or(is_float ? product_precision() : Precision::float32);
  const auto left = strided(a, lda, options.a), right = strided(b, ldb, options.b);
  const WriteBack<T> write_back{.residual = options.add ? c : nullptr};
  if constexpr (is_float) {
    if (precision != Precision::float32) {
      require(is_available(precision),
              "gemm: {} products need AVX512-BF16; use float32 on this processor",
              name_of(precision));
      return bf16_gemm({m, n, k, left, right, c, ldc, write_back}, bf16_tile(precision));
    }
    if (m <= kFewRows && options.a == Transpose::no && options.b == Transpose::yes)
      return few_rows_gemm({m, n, k, a, lda, b, ldb, c, ldc, 1, options.add});
  } else {
    require(precision == Precision::float32,
            "gemm: bfloat16 products are for float32 tensors; got float64");
  }
  if (m == 0 || n == 0) return;
  packed_gemm<T>(m, left, PackedMatrix<T>(k, n, right), write_back, c, ldc);
}

template void gemm(std::int64_t, std::int64_t, std::int64_t, const float*, std::int64_t,
                   const float*, std::int64_t, float*, std::int64_t, const GemmOptions&);
template void gemm(std::int64_t, std::int64_t, std::int64_t, const double*, std::int64_t,
                   const double*, std::int64_t, double*, std::int64_t, const GemmOptions&);

template <class T>
void gemm_naive(std::int64_t m, std::int64_t n, std::int64_t k, const T* a, const T* b, T* c,
                const GemmOptions& options) {
  for (std::int64_t i = 0; i < m; ++i) {
    for (std::int64_t j = 0; j < n; ++j) {
      double sum = 0;
      for (std::int64_t p = 0; p < k; ++p) {
        const T left = options.a == Transpose::no ? a[i * k + p] : a[p * m + i];
        const T right = options.b == Transpose::no ? b[p * n + j] : b[j * k + p];
        sum += static_cast<double>(left) * static_cast<double>(right);
      }
      const double kept = options.add ? static_cast<double>(c[i * n + j]) : 0;
      c[i * n + j] = static_cast<T>(sum + kept);
    }
  }
}

template void gemm_naive(std::int64_t, std::int64_t, std::int64_t, const float*, const float*,
                         float*, const GemmOptions&);
template void gemm_naive(std::int64_t, std::int64_t, std::int64_t, const double*, const double*,
                         double*, const GemmOptions&);

}  // namespace limn::kernels
