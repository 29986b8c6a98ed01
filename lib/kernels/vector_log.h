// Natural logarithm of a vector: a value has the same bits wherever it stands in a row.
#pragma once

#include <bit>
#include <limits>
#include <type_traits>

#include "kernels/vector_exp.h"

namespace limn::kernels {

/// log(x) to two units in the last place, exactly 0 of 1. Of x below the smallest normal number
/// −∞; NaN stays NaN; x is finite.
template <class T>
[[gnu::always_inline]] inline Vector<T> log(const Vector<T>& x) {
  using C = ExpConstants<T>;
  using Integer = std::conditional_t<sizeof(T) == 4, std::int32_t, std::int64_t>;
  constexpr int kTerms = sizeof(T) == 4 ? 5 : 11;  // the next is below half a unit
  // x = 2ⁿ m with m in [√½, √2), and log m = 2 artanh s = 2 Σ s²ᵏ⁺¹ / (2k + 1).
  const auto bits = std::bit_cast<Integers<T>>(x);
  const Integers<T> n = (bits - std::bit_cast<Integer>(T(0.70710678118654752))) >> C::kMantissa;
  const Vector<T> m = std::bit_cast<Vector<T>>(bits - (n << C::kMantissa));
  const Vector<T> s = (m - T(1)) / (m + T(1));
  const Vector<T> square = s * s;
  Vector<T> sum = broadcast<T>(T(1) / (2 * kTerms + 1));
#pragma GCC unroll 16
  for (int k = kTerms - 1; k >= 0; --k) sum = sum * square + T(1) / static_cast<T>(2 * k + 1);
  const Vector<T> exponent = __builtin_convertvector(n, Vector<T>);
  const Vector<T> result = exponent * C::kLn2High + (2 * s * sum + exponent * C::kLn2Low);
  const Vector<T> none = broadcast<T>(-std::numeric_limits<T>::infinity());
  return x != x ? x : x < std::numeric_limits<T>::min() ? none : result;
}

}  // namespace limn::kernels
