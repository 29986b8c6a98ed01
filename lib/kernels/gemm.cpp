#include "kernels/gemm.h"

#include <cblas.h>

#include "core/check.h"
#include "kernels/bf16_gemm.h"
#include "kernels/few_rows_gemm.h"

namespace limn::kernels {
namespace {

CBLAS_TRANSPOSE flag(Transpose t) { return t == Transpose::yes ? CblasTrans : CblasNoTrans; }

// OpenBLAS wants leading dimensions of at least 1, also of empty matrices.
int leading(std::int64_t stride) { return static_cast<int>(stride < 1 ? 1 : stride); }

}  // namespace

template <>
void gemm(std::int64_t m, std::int64_t n, std::int64_t k, const float* a, std::int64_t lda,
          const float* b, std::int64_t ldb, float* c, std::int64_t ldc,
          const GemmOptions& options) {
  const Precision precision = options.precision.value_or(product_precision());
  if (precision != Precision::float32) {
    require(is_available(precision),
            "gemm: {} products need AVX512-BF16; use float32 on this processor",
            name_of(precision));
    return bf16_gemm({m, n, k, strided(a, lda, options.a), strided(b, ldb, options.b), c, ldc,
                      static_cast<float>(options.alpha), static_cast<float>(options.beta)},
                     bf16_tile(precision));
  }
  if (m == 0 || n == 0) return;
  if (m <= kFewRows && options.a == Transpose::no && options.b == Transpose::yes) {
    return few_rows_gemm({m, n, k, a, lda, b, ldb, c, ldc, static_cast<float>(options.alpha),
                          static_cast<float>(options.beta)});
  }
  cblas_sgemm(CblasRowMajor, flag(options.a), flag(options.b), static_cast<int>(m),
              static_cast<int>(n), static_cast<int>(k), static_cast<float>(options.alpha), a,
              leading(lda), b, leading(ldb), static_cast<float>(options.beta), c, leading(ldc));
}

template <>
void gemm(std::int64_t m, std::int64_t n, std::int64_t k, const double* a, std::int64_t lda,
          const double* b, std::int64_t ldb, double* c, std::int64_t ldc,
          const GemmOptions& options) {
  require(options.precision.value_or(Precision::float32) == Precision::float32,
          "gemm: bfloat16 products are for float32 tensors; got float64");
  if (m == 0 || n == 0) return;
  cblas_dgemm(CblasRowMajor, flag(options.a), flag(options.b), static_cast<int>(m),
              static_cast<int>(n), static_cast<int>(k), options.alpha, a, leading(lda), b,
              leading(ldb), options.beta, c, leading(ldc));
}

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
      const double kept = options.beta == 0 ? 0 : options.beta * static_cast<double>(c[i * n + j]);
      c[i * n + j] = static_cast<T>(options.alpha * sum + kept);
    }
  }
}

template void gemm_naive(std::int64_t, std::int64_t, std::int64_t, const float*, const float*,
                         float*, const GemmOptions&);
template void gemm_naive(std::int64_t, std::int64_t, std::int64_t, const double*, const double*,
                         double*, const GemmOptions&);

}  // namespace limn::kernels
