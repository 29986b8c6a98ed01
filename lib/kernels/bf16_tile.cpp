#include "kernels/bf16_tile.h"

#include <algorithm>
#include <bit>

#include "limn/core/precision.h"

namespace limn::kernels {
namespace {

float low_half(std::uint32_t pair) { return std::bit_cast<float>(pair << 16); }
float high_half(std::uint32_t pair) { return std::bit_cast<float>(pair & 0xffff0000u); }

}  // namespace

#ifdef LIMN_HAS_AVX512_BF16
void bf16_tile_avx512(std::int64_t pairs, const std::uint32_t* a, const std::uint32_t* b,
                      float* sum);
#endif

Bf16Tile bf16_tile() {
#ifdef LIMN_HAS_AVX512_BF16
  if (is_available(Precision::bfloat16)) return bf16_tile_avx512;
#endif
  return nullptr;
}

void bf16_tile_naive(std::int64_t pairs, const std::uint32_t* a, const std::uint32_t* b,
                     float* sum) {
  std::fill_n(sum, kBf16Rows * kBf16Columns, 0.0F);
  for (std::int64_t p = 0; p < pairs; ++p, a += kBf16Rows, b += kBf16Columns) {
    for (std::int64_t i = 0; i < kBf16Rows; ++i) {
      for (std::int64_t j = 0; j < kBf16Columns; ++j)
        sum[i * kBf16Columns + j] +=
            low_half(a[i]) * low_half(b[j]) + high_half(a[i]) * high_half(b[j]);
    }
  }
}

}  // namespace limn::kernels
