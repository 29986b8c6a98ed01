// Compiled for processors with AVX512-BF16 and called on no other. It must not include what has
// inline functions: the linker might take this file's copy of them for the whole program.
#include <immintrin.h>

#include <cstdint>

namespace limn::kernels {

void bf16_tile_avx512(std::int64_t pairs, const std::uint32_t* a, const std::uint32_t* b,
                      float* sum);

// 24 vectors of sums, three of b and one of a, of 32 registers. Each vector of b is used for eight
// rows, so that the loads keep up with one product a cycle.
void bf16_tile_avx512(std::int64_t pairs, const std::uint32_t* a, const std::uint32_t* b,
                      float* sum) {
  constexpr int kRows = 8, kVectors = 3, kLanes = 16;
  __m512 sums[kRows][kVectors];
#pragma GCC unroll 8
  for (int i = 0; i < kRows; ++i) {
#pragma GCC unroll 3
    for (int j = 0; j < kVectors; ++j) sums[i][j] = _mm512_setzero_ps();
  }
  for (std::int64_t p = 0; p < pairs; ++p, a += kRows, b += kVectors * kLanes) {
    __m512bh right[kVectors];
#pragma GCC unroll 3
    for (int j = 0; j < kVectors; ++j)
      right[j] = (__m512bh)_mm512_loadu_si512(b + j * kLanes);  // NOLINT: vectors of one size
#pragma GCC unroll 8
    for (int i = 0; i < kRows; ++i) {
      const __m512bh left = (__m512bh)_mm512_set1_epi32(static_cast<int>(a[i]));  // NOLINT
#pragma GCC unroll 3
      for (int j = 0; j < kVectors; ++j) sums[i][j] = _mm512_dpbf16_ps(sums[i][j], left, right[j]);
    }
  }
#pragma GCC unroll 8
  for (int i = 0; i < kRows; ++i) {
#pragma GCC unroll 3
    for (int j = 0; j < kVectors; ++j)
      _mm512_storeu_ps(sum + (i * kVectors + j) * kLanes, sums[i][j]);
  }
}

}  // namespace limn::kernels
