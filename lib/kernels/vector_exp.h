// exp of a vector: a value has the same bits wherever it stands in a row.
#pragma once

#include <bit>
#include <cstdint>

#include "kernels/vector.h"

namespace limn::kernels {

template <class T>
struct ExpConstants;
template <>
struct ExpConstants<float> {
  static constexpr int kMantissa = 23;
  static constexpr int kBias = 127;
  static constexpr int kDegree = 7;  // the next term is below half a unit in the last place
  static constexpr float kRound = 0x1.8p23f;
  static constexpr float kLn2High = 0.693359375f;
  static constexpr float kLn2Low = -2.12194440e-4f;
  static constexpr float kLow = -87.33f;
  static constexpr float kHigh = 88;
};
template <>
struct ExpConstants<double> {
  static constexpr int kMantissa = 52;
  static constexpr int kBias = 1023;
  static constexpr int kDegree = 13;
  static constexpr double kRound = 0x1.8p52;
  static constexpr double kLn2High = 6.93145751953125e-1;
  static constexpr double kLn2Low = 1.42860682030941723212e-6;
  static constexpr double kLow = -708.39;
  static constexpr double kHigh = 709;
};

template <class T>
constexpr T inverse_factorial(int k) {
  double product = 1;
  for (int i = 2; i <= k; ++i) product *= i;
  return static_cast<T>(1 / product);
}

/// exp(x) to one unit in the last place. What is below the smallest normal number becomes 0, x
/// above 88 (float) or 709 (double) counts as that, NaN stays NaN.
template <class T>
[[gnu::always_inline]] inline Vector<T> exp(const Vector<T>& x) {
  using C = ExpConstants<T>;
  const Vector<T> clamped = clamp<T>(x, broadcast<T>(C::kLow), broadcast<T>(C::kHigh));
  // x = n ln 2 + r with |r| <= ln 2 / 2; kRound leaves n in the lowest bits of the sum.
  const Vector<T> shifted = clamped * T(1.4426950408889634) + C::kRound;
  const Vector<T> n = shifted - C::kRound;
  const Vector<T> r = (clamped - n * C::kLn2High) - n * C::kLn2Low;
  // Horner's rule for Σ rᵏ / k!.
  Vector<T> sum = broadcast<T>(inverse_factorial<T>(C::kDegree));
#pragma GCC unroll 16
  for (int k = C::kDegree - 1; k >= 0; --k) sum = sum * r + inverse_factorial<T>(k);
  const Integers<T> power = (std::bit_cast<Integers<T>>(shifted) + C::kBias) << C::kMantissa;
  const Vector<T> result = sum * std::bit_cast<Vector<T>>(power);
  return x < C::kLow ? broadcast<T>(0) : result;
}

}  // namespace limn::kernels
