// Rows into columns, in registers.
#pragma once

#include <cstdint>
#include <cstring>

namespace limn::kernels {

/// to [8, 8] = from [8, 8]ᵀ; the strides are those of the rows.
[[gnu::always_inline]] inline void transpose_8x8(const float* from, std::int64_t from_stride,
                                                 float* to, std::int64_t to_stride) {
#if __has_builtin(__builtin_shufflevector)
  typedef float Eight __attribute__((vector_size(32)));
  Eight row[8], pair[8], four[8];
#pragma GCC unroll 8
  for (int i = 0; i < 8; ++i) std::memcpy(&row[i], from + i * from_stride, sizeof(Eight));
#pragma GCC unroll 4
  for (int i = 0; i < 8; i += 2) {
    pair[i] = __builtin_shufflevector(row[i], row[i + 1], 0, 8, 1, 9, 4, 12, 5, 13);
    pair[i + 1] = __builtin_shufflevector(row[i], row[i + 1], 2, 10, 3, 11, 6, 14, 7, 15);
  }
#pragma GCC unroll 2
  for (int i = 0; i < 8; i += 4) {
#pragma GCC unroll 2
    for (int j = 0; j < 2; ++j) {
      const Eight above = pair[i + j], below = pair[i + j + 2];
      four[i + 2 * j] = __builtin_shufflevector(above, below, 0, 1, 8, 9, 4, 5, 12, 13);
      four[i + 2 * j + 1] = __builtin_shufflevector(above, below, 2, 3, 10, 11, 6, 7, 14, 15);
    }
  }
#pragma GCC unroll 4
  for (int i = 0; i < 4; ++i) {
    const Eight low = __builtin_shufflevector(four[i], four[i + 4], 0, 1, 2, 3, 8, 9, 10, 11);
    const Eight high = __builtin_shufflevector(four[i], four[i + 4], 4, 5, 6, 7, 12, 13, 14, 15);
    std::memcpy(to + i * to_stride, &low, sizeof low);
    std::memcpy(to + (i + 4) * to_stride, &high, sizeof high);
  }
#else  // GCC 11
  for (int i = 0; i < 8; ++i) {
    for (int j = 0; j < 8; ++j) to[i * to_stride + j] = from[j * from_stride + i];
  }
#endif
}

}  // namespace limn::kernels
