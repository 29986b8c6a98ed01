// Vectors of the compiler's own kind, as wide as the processor's registers: they become AVX or
// AVX-512 instructions where there are any, and pairs of smaller ones elsewhere.
#pragma once

#include <cstdint>
#include <cstring>

namespace limn::kernels {

#ifdef __AVX512F__
inline constexpr std::int64_t kVectorBytes = 64;
#else
inline constexpr std::int64_t kVectorBytes = 32;
#endif

template <class T>
struct VectorOf {
  typedef T type __attribute__((vector_size(kVectorBytes)));
};
template <class T>
using Vector = typename VectorOf<T>::type;
/// As many integers of the same size.
template <class T>
struct IntegersOf {
  typedef std::int32_t type __attribute__((vector_size(kVectorBytes)));
};
template <>
struct IntegersOf<double> {
  typedef std::int64_t type __attribute__((vector_size(kVectorBytes)));
};
template <class T>
using Integers = typename IntegersOf<T>::type;
/// Elements in a vector.
template <class T>
inline constexpr std::int64_t kLanes = kVectorBytes / static_cast<std::int64_t>(sizeof(T));

template <class T>
[[gnu::always_inline]] inline Vector<T> load(const T* from) {
  Vector<T> v;
  std::memcpy(&v, from, sizeof v);
  return v;
}

template <class T>
[[gnu::always_inline]] inline void store(T* to, const Vector<T>& v) {
  std::memcpy(to, &v, sizeof v);
}

/// The first n elements, the others `rest`.
template <class T>
[[gnu::always_inline]] inline Vector<T> load_part(const T* from, std::int64_t n, T rest) {
  Vector<T> v = rest - Vector<T>{};
  std::memcpy(&v, from, static_cast<std::size_t>(n) * sizeof(T));
  return v;
}

template <class T>
[[gnu::always_inline]] inline void store_part(T* to, const Vector<T>& v, std::int64_t n) {
  std::memcpy(to, &v, static_cast<std::size_t>(n) * sizeof(T));
}

template <class T>
[[gnu::always_inline]] inline Vector<T> broadcast(T value) {
  return value - Vector<T>{};
}

/// min(max(v, low), high) of every element; NaN stays NaN.
template <class T>
[[gnu::always_inline]] inline Vector<T> clamp(Vector<T> v, const Vector<T>& low,
                                              const Vector<T>& high) {
  v = v < low ? low : v;
  return v > high ? high : v;
}

}  // namespace limn::kernels
