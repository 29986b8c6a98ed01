// The right-hand side of matrix products, packed once as their inner loop reads it.
#pragma once

#include <cstdint>

#include "kernels/strided_matrix.h"
#include "kernels/vector.h"
#include "limn/core/tensor.h"

namespace limn::kernels {

/// Columns of a panel: two vectors, or one in a last panel whose columns fit.
template <class T>
inline constexpr std::int64_t kPanel = 2 * kLanes<T>;

/// Vectors of a panel that holds so many columns.
template <class T>
std::int64_t vectors_of(std::int64_t columns) {
  return columns <= kLanes<T> ? 1 : 2;
}

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

}  // namespace limn::kernels
