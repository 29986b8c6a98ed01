// What becomes of a product's sums: a bias and a residual are added, an activation cuts off.
#pragma once

#include <cstdint>

#include "kernels/activation.h"

namespace limn::kernels {

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
  /// Of the sums over one block of the inner dimension: the addends come with the first block,
  /// later ones are added to `c`, the limits come with the last.
  WriteBack of_block(bool first, bool last, const T* c) const {
    WriteBack part = first ? *this : WriteBack{nullptr, c, limits};
    if (!last) part.limits = {};
    return part;
  }
  /// What `sum` becomes in column j, its element of c at offset `at`.
  T of(T sum, std::int64_t j, std::int64_t at) const {
    if (bias != nullptr) sum += bias[j];
    if (residual != nullptr) sum += residual[at];
    sum = sum < T(limits.low) ? T(limits.low) : sum;
    return sum > T(limits.high) ? T(limits.high) : sum;
  }
};

}  // namespace limn::kernels
