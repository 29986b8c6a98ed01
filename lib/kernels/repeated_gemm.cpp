#include "kernels/repeated_gemm.h"

#include <type_traits>

#include "kernels/gemm.h"
#include "kernels/rows.h"
#include "limn/core/error.h"

namespace limn::kernels {
namespace {

// A single product packs its right-hand side too; few rows gain most, as panels come from memory
// twice as fast as columns.
constexpr std::int64_t kTimesThatPay = 2;

}  // namespace

template <class T>
RepeatedGemm<T>::RepeatedGemm(std::int64_t k, std::int64_t n, const StridedMatrix<T>& b,
                              const RepeatedGemmOptions& options)
    : k_(k), n_(n), b_(b), precision_(options.precision) {
  if constexpr (std::is_same_v<T, float>) {
    if (options.times >= kTimesThatPay)
      packed_ = PackedProduct(k, n, b, precision_.value_or(product_precision()));
  }
}

template <class T>
void RepeatedGemm<T>::multiply(std::int64_t m, const T* a, std::int64_t lda,
                               const Addend<T>& addend, T* c, std::int64_t ldc) const {
  LIMN_ASSERT(addend.bias == nullptr || !addend.result);
  if constexpr (std::is_same_v<T, float>) {
    if (is_packed()) {
      const float* before = addend.result ? c : nullptr;
      return packed_.multiply(m, a, lda, {.bias = addend.bias, .residual = before}, c, ldc);
    }
  }
  if (addend.bias != nullptr)
    copy_rows({.rows = m, .n = n_, .to_stride = ldc}, sizeof(T), addend.bias, c);
  const bool transposed = b_.column != 1;
  const std::int64_t ldb = transposed ? b_.column : b_.row;
  const bool adds = addend.bias != nullptr || addend.result;
  gemm<T>(m, n_, k_, a, lda, b_.data, ldb, c, ldc,
          {.b = transposed ? Transpose::yes : Transpose::no, .add = adds, .precision = precision_});
}

template class RepeatedGemm<float>;
template class RepeatedGemm<double>;

}  // namespace limn::kernels
