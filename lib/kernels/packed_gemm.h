// Matrix products with a right-hand side that is packed once and used often, and a write-back that
// adds a bias and a residual and cuts off at an activation's limits.
#pragma once

#include <cstdint>

#include "kernels/activation.h"
#include "kernels/strided_matrix.h"
#include "limn/core/tensor.h"

namespace limn::kernels {

/// B [k, n] in panels of consecutive columns, as the inner loop reads it.
template <class T>
class PackedMatrix {
 public:
  PackedMatrix() = default;
  /// Of b [k, n], whose rows or whose columns are tight. Column j is multiplied by scale[j] unless
  /// `scale` is nullptr.
  PackedMatrix(std::int64_t k, std::int64_t n, const StridedMatrix<T>& b, const T* scale = nullptr);

  std::int64_t rows() const { return k_; }
  std::int64_t columns() const { return n_; }
  std::int64_t panels() const;
  const T* panel(std::int64_t index) const;

 private:
  std::int64_t k_ = 0;
  std::int64_t n_ = 0;
  Tensor elements_;
};

/// from + by, of none none.
template <class T>
const T* shifted(const T* from, std::int64_t by) {
  return from == nullptr ? nullptr : from + by;
}

template <class T>
struct WriteBack {
  const T* bias = nullptr;      ///< [n]
  const T* residual = nullptr;  ///< [m, n] with the row stride of c, which may be c itself
  Limits limits{};

  /// Of the part of c that begins in column j, at offset `at`.
  WriteBack from(std::int64_t j, std::int64_t at) const {
    return {shifted(bias, j), shifted(residual, at), limits};
  }
  /// What `sum` becomes in column j, its element of c at offset `at`.
  T of(T sum, std::int64_t j, std::int64_t at) const {
    if (bias != nullptr) sum += bias[j];
    if (residual != nullptr) sum += residual[at];
    sum = sum < T(limits.low) ? T(limits.low) : sum;
    return sum > T(limits.high) ? T(limits.high) : sum;
  }
};

/// c [m, n] = limits(a [m, k] · b + bias + residual) for the panels [panel_begin, panel_end) of b,
/// on the calling thread. Rows of a are tight and `lda` elements apart.
template <class T>
void packed_gemm(std::int64_t m, const T* a, std::int64_t lda, const PackedMatrix<T>& b,
                 std::int64_t panel_begin, std::int64_t panel_end, const WriteBack<T>& write_back,
                 T* c, std::int64_t ldc);

/// The same for the whole of b, on all threads, with the rows or the columns of a tight.
template <class T>
void packed_gemm(std::int64_t m, const StridedMatrix<T>& a, const PackedMatrix<T>& b,
                 const WriteBack<T>& write_back, T* c, std::int64_t ldc);

}  // namespace limn::kernels
