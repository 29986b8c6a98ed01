#include "kernels/bf16_tile.h"

#include <algorithm>
#include <bit>

#include "kernels/vector.h"
#include "limn/core/error.h"

namespace limn::kernels {
namespace {

using Pairs = Integers<float>;

float low_half(std::uint32_t pair) { return std::bit_cast<float>(pair << 16); }
float high_half(std::uint32_t pair) { return std::bit_cast<float>(pair & 0xffff0000u); }

[[gnu::always_inline]] inline Pairs load_pairs(const std::uint32_t* from) {
  Pairs v;
  std::memcpy(&v, from, sizeof v);
  return v;
}

// A bfloat16 is the upper half of the float it stands for, so that one instruction makes floats of
// a vector of them.
[[gnu::always_inline]] inline Vector<float> low_halves(const std::uint32_t* from) {
  return std::bit_cast<Vector<float>>(load_pairs(from) << 16);
}
[[gnu::always_inline]] inline Vector<float> high_halves(const std::uint32_t* from) {
  return std::bit_cast<Vector<float>>(load_pairs(from) & ~0xffff);
}

// Of the tile a part at a time, whose sums stay in registers together with vectors of b, an element
// of a and what cuts off low halves. Three vectors of AVX2 would be one register too many.
constexpr int kVectors = kVectorBytes == 64 ? 3 : 2;
constexpr int kRows = kVectorBytes == 64 ? 8 : 4;
constexpr std::int64_t kColumns = kVectors * kLanes<float>;
static_assert(kBf16Rows % kRows == 0 && kBf16Columns % kColumns == 0);

[[gnu::always_inline]] inline void add_products(const float* a,
                                                const Vector<float> (&right)[kVectors],
                                                Vector<float> (&sums)[kRows][kVectors]) {
#pragma GCC unroll 8
  for (int i = 0; i < kRows; ++i) {
    const Vector<float> left = broadcast(a[i]);
#pragma GCC unroll 3
    for (int j = 0; j < kVectors; ++j) sums[i][j] += left * right[j];
  }
}

// Of a [2 · pairs, kBf16Rows], which are floats already: each is needed for many columns.
void multiply_part(std::int64_t pairs, const float* a, const std::uint32_t* b, float* sum) {
  Vector<float> sums[kRows][kVectors] = {};
  for (std::int64_t p = 0; p < pairs; ++p, a += 2 * kBf16Rows, b += kBf16Columns) {
    Vector<float> right[kVectors];
#pragma GCC unroll 3
    for (int j = 0; j < kVectors; ++j) right[j] = low_halves(b + j * kLanes<float>);
    add_products(a, right, sums);
#pragma GCC unroll 3
    for (int j = 0; j < kVectors; ++j) right[j] = high_halves(b + j * kLanes<float>);
    add_products(a + kBf16Rows, right, sums);
  }
#pragma GCC unroll 8
  for (int i = 0; i < kRows; ++i) {
#pragma GCC unroll 3
    for (int j = 0; j < kVectors; ++j)
      store(sum + i * kBf16Columns + j * kLanes<float>, sums[i][j]);
  }
}

}  // namespace

#ifdef LIMN_HAS_AVX512_BF16
void bf16_tile_avx512(std::int64_t pairs, const std::uint32_t* a, const std::uint32_t* b,
                      float* sum);
#endif

Bf16Tile bf16_tile(Precision precision) {
  if (precision == Precision::emulated_bfloat16) return bf16_tile_widened;
  LIMN_ASSERT(precision == Precision::bfloat16 && is_available(precision));
#ifdef LIMN_HAS_AVX512_BF16
  return bf16_tile_avx512;
#else
  return nullptr;
#endif
}

void bf16_tile_widened(std::int64_t pairs, const std::uint32_t* a, const std::uint32_t* b,
                       float* sum) {
  alignas(kVectorBytes) float left[2 * kBf16Pairs * kBf16Rows];
  for (std::int64_t p = 0; p < pairs; ++p) {
    for (std::int64_t i = 0; i < kBf16Rows; ++i) {
      left[2 * p * kBf16Rows + i] = low_half(a[p * kBf16Rows + i]);
      left[(2 * p + 1) * kBf16Rows + i] = high_half(a[p * kBf16Rows + i]);
    }
  }
  for (std::int64_t i = 0; i < kBf16Rows; i += kRows) {
    for (std::int64_t j = 0; j < kBf16Columns; j += kColumns)
      multiply_part(pairs, left + i, b + j, sum + i * kBf16Columns + j);
  }
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
