// tanh of a vector: a value has the same bits wherever it stands in a row.
#pragma once

#include "kernels/vector_exp.h"

namespace limn::kernels {

/// exp(x) − 1 without cancellation near 0, for x within exp's range by a margin of ln 2.
template <class T>
[[gnu::always_inline]] inline Vector<T> exp_minus_one(const Vector<T>& x) {
  using C = ExpConstants<T>;
  // x = n ln 2 + r as for exp; exp(x) − 1 = 2ⁿ (exp(r) − 1) + (2ⁿ − 1).
  const Vector<T> shifted = x * T(1.4426950408889634) + C::kRound;
  const Vector<T> n = shifted - C::kRound;
  const Vector<T> r = (x - n * C::kLn2High) - n * C::kLn2Low;
  Vector<T> sum = broadcast<T>(inverse_factorial<T>(C::kDegree));
#pragma GCC unroll 16
  for (int k = C::kDegree - 1; k >= 1; --k) sum = sum * r + inverse_factorial<T>(k);
  const Integers<T> power = (std::bit_cast<Integers<T>>(shifted) + C::kBias) << C::kMantissa;
  const Vector<T> scale = std::bit_cast<Vector<T>>(power);
  return scale * (sum * r) + (scale - T(1));
}

/// tanh(x) to a few units in the last place; NaN stays NaN.
template <class T>
[[gnu::always_inline]] inline Vector<T> tanh(const Vector<T>& x) {
  // Beyond the limit tanh is 1 to the last place.
  constexpr T limit = sizeof(T) == sizeof(float) ? T(9.2) : T(19.1);
  const Vector<T> t =
      exp_minus_one<T>(T(2) * clamp<T>(x, broadcast<T>(-limit), broadcast<T>(limit)));
  return t / (t + T(2));
}

}  // namespace limn::kernels
