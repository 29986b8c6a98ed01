// The inner loop of matrix products: a tile of the result that lives in registers.
#pragma once

#include <cstdint>

#include "kernels/vector.h"

namespace limn::kernels {

/// Rows of a tile of two vectors: their sums, two vectors of b and one of a fill the registers.
#ifdef __AVX512F__
inline constexpr int kTileRows = 12;
#else
inline constexpr int kTileRows = 6;
#endif

/// sum = a [rows, k] · b [k, vectors · kLanes]. Element (i, p) of a is a[i · a_row + p · a_column];
/// rows of b are `ldb` elements apart. Those `ahead` of the one in use are fetched into cache.
template <class T, int rows, int vectors, std::int64_t ahead = 0>
[[gnu::always_inline]] inline void multiply_in_registers(std::int64_t k, const T* a,
                                                         std::int64_t a_row, std::int64_t a_column,
                                                         const T* b, std::int64_t ldb,
                                                         Vector<T> (&sum)[rows][vectors]) {
#pragma GCC unroll 12
  for (int i = 0; i < rows; ++i) {
#pragma GCC unroll 2
    for (int j = 0; j < vectors; ++j) sum[i][j] = Vector<T>{};
  }
  for (std::int64_t p = 0; p < k; ++p, b += ldb) {
    if constexpr (ahead > 0) {
#pragma GCC unroll 2
      for (int j = 0; j < vectors; ++j) __builtin_prefetch(b + ahead * ldb + j * kLanes<T>);
    }
    Vector<T> right[vectors];
#pragma GCC unroll 2
    for (int j = 0; j < vectors; ++j) right[j] = load(b + j * kLanes<T>);
#pragma GCC unroll 12
    for (int i = 0; i < rows; ++i) {
      const Vector<T> left = broadcast(a[i * a_row + p * a_column]);
#pragma GCC unroll 2
      for (int j = 0; j < vectors; ++j) sum[i][j] += left * right[j];
    }
  }
}

}  // namespace limn::kernels
