#include "kernels/repeated_gemm.h"

#include <type_traits>

namespace limn::kernels {
namespace {

// OpenBLAS packs the right-hand side for every product, which takes as long as packing it here.
constexpr std::int64_t kTimesThatPay = 2;

}  // namespace

template <class T>
RepeatedGemm<T>::RepeatedGemm(std::int64_t k, std::int64_t n, const T* b,
                              const RepeatedGemmOptions& options)
    : k_(k), n_(n), b_(b), options_{.b = options.b, .beta = 1, .precision = options.precision} {
  if constexpr (std::is_same_v<T, float>) {
    if (options.times >= kTimesThatPay &&
        options.precision.value_or(product_precision()) == Precision::float32)
      packed_ = PackedMatrix(k, n, b, options.b);
  }
}

template <class T>
void RepeatedGemm<T>::add(std::int64_t m, const T* a, std::int64_t lda, T* c,
                          std::int64_t ldc) const {
  if constexpr (std::is_same_v<T, float>) {
    if (packed_.columns() > 0) return packed_gemm(m, a, lda, packed_, {.residual = c}, c, ldc);
  }
  const std::int64_t ldb = options_.b == Transpose::no ? n_ : k_;
  gemm<T>(m, n_, k_, a, lda, b_, ldb, c, ldc, options_);
}

template class RepeatedGemm<float>;
template class RepeatedGemm<double>;

}  // namespace limn::kernels
