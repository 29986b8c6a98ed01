// Products of some rows each with one right-hand side, which is packed once where that pays.
#pragma once

#include <cstdint>
#include <optional>

#include "kernels/packed_product.h"
#include "kernels/strided_matrix.h"

namespace limn::kernels {

struct RepeatedGemmOptions {
  std::int64_t times = 1;                   ///< how many products there will be
  std::optional<Precision> precision = {};  ///< as in GemmOptions
};

/// What is added to a product.
template <class T>
struct Addend {
  const T* bias = nullptr;  ///< [n]
  bool result = false;      ///< what the result holds before; not beside a bias
};

template <class T>
class RepeatedGemm {
 public:
  /// b is [k, n], its rows or its columns tight; it must live as long as this.
  RepeatedGemm(std::int64_t k, std::int64_t n, const StridedMatrix<T>& b,
               const RepeatedGemmOptions& options);

  bool is_packed() const { return packed_.defined(); }
  /// c [m, n] = a [m, k] · b + addend; lda and ldc are the row strides.
  void multiply(std::int64_t m, const T* a, std::int64_t lda, const Addend<T>& addend, T* c,
                std::int64_t ldc) const;

 private:
  std::int64_t k_;
  std::int64_t n_;
  StridedMatrix<T> b_;
  std::optional<Precision> precision_;
  PackedProduct packed_;
};

}  // namespace limn::kernels
