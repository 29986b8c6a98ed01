// Reductions over one row, on the calling thread. The same values give the same bits wherever the
// row stands in memory.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>

#include "kernels/vector_exp.h"

namespace limn::kernels {

/// Up to kLanes elements of the n that are left, the others `rest`.
template <class T>
[[gnu::always_inline]] inline Vector<T> load_up_to(const T* from, std::int64_t n, T rest) {
  return n >= kLanes<T> ? load<T>(from) : load_part<T>(from, n, rest);
}

template <class T>
[[gnu::always_inline]] inline void store_up_to(T* to, const Vector<T>& v, std::int64_t n) {
  if (n >= kLanes<T>) {
    store<T>(to, v);
  } else {
    store_part<T>(to, v, n);
  }
}

template <class T>
double sum_of_lanes(const Vector<T>& v) {
  double sum = 0;
  for (std::int64_t lane = 0; lane < kLanes<T>; ++lane) sum += static_cast<double>(v[lane]);
  return sum;
}

template <class T>
T max_of_lanes(const Vector<T>& v) {
  T result = v[0];
  for (std::int64_t lane = 1; lane < kLanes<T>; ++lane) result = std::max(result, v[lane]);
  return result;
}

/// The largest element; −∞ of none. NaN counts as nothing.
template <class T>
T row_max(std::int64_t n, const T* x) {
  constexpr T none = -std::numeric_limits<T>::infinity();
  Vector<T> result = broadcast<T>(none);
  for (std::int64_t i = 0; i < n; i += kLanes<T>) {
    const Vector<T> v = load_up_to<T>(x + i, n - i, none);
    result = v > result ? v : result;
  }
  return max_of_lanes<T>(result);
}

/// Σ f(i, vector of x[i, …)) over the row, where f turns an element `rest` into 0; in short float
/// sums that are added in double.
template <class T, class Function>
[[gnu::always_inline]] inline double row_sum(std::int64_t n, const T* x, T rest, Function&& f) {
  constexpr std::int64_t chunk = 64 * kLanes<T>;
  double sum = 0;
  for (std::int64_t begin = 0; begin < n; begin += chunk) {
    const std::int64_t end = std::min(begin + chunk, n);
    Vector<T> partial = broadcast<T>(0);
    for (std::int64_t i = begin; i < end; i += kLanes<T>)
      partial += f(i, load_up_to<T>(x + i, n - i, rest));
    sum += sum_of_lanes<T>(partial);
  }
  return sum;
}

template <class T>
double row_sum(std::int64_t n, const T* x) {
  return row_sum<T>(n, x, T(0), [](std::int64_t, const Vector<T>& v) { return v; });
}

/// Σ exp(x − shift)
template <class T>
double row_exp_sum(std::int64_t n, const T* x, T shift) {
  constexpr T none = -std::numeric_limits<T>::infinity();
  return row_sum<T>(n, x, none,
                    [&](std::int64_t, const Vector<T>& v) { return exp<T>(v - shift); });
}

/// The same, keeping the terms in y, which may be x.
template <class T>
double row_exp(std::int64_t n, const T* x, T shift, T* y) {
  constexpr T none = -std::numeric_limits<T>::infinity();
  return row_sum<T>(n, x, none, [&](std::int64_t i, const Vector<T>& v) {
    const Vector<T> e = exp<T>(v - shift);
    store_up_to<T>(y + i, e, n - i);
    return e;
  });
}

}  // namespace limn::kernels
