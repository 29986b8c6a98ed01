#include "kernels/half.h"

#include <algorithm>
#include <bit>

#include "kernels/blocks.h"

namespace limn::kernels {
namespace {

constexpr std::int64_t kBlock = 1024;

// Without branches, so that the compiler makes vectors of the loops.
std::uint32_t select(bool condition, std::uint32_t yes, std::uint32_t no) {
  const std::uint32_t mask = 0u - static_cast<std::uint32_t>(condition);
  return (yes & mask) | (no & ~mask);
}

float to_float(std::uint16_t half) {
  const std::uint32_t shifted = (half & 0x7fffu) << 13;
  const std::uint32_t exponent = shifted & 0x0f800000u;
  const std::uint32_t normal = shifted + (112u << 23);
  const std::uint32_t infinite = shifted + (224u << 23);  // infinity and NaN
  // Subnormal: 2^-14 + m 2^-24 as float32, less the 2^-14.
  const float small = std::bit_cast<float>(shifted + (113u << 23)) - 0x1p-14f;
  const std::uint32_t large = select(exponent == 0x0f800000u, infinite, normal);
  const std::uint32_t bits = select(exponent == 0, std::bit_cast<std::uint32_t>(small), large);
  return std::bit_cast<float>(bits | (half & 0x8000u) << 16);
}

constexpr std::uint32_t kLargest = 0x477fe000u;  // 65504 as float32

std::uint16_t to_half(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  const std::uint32_t magnitude = bits & 0x7fffffffu;
  const std::uint32_t normal = (magnitude + 0xfffu + (magnitude >> 13 & 1u) - (112u << 23)) >> 13;
  // The unit of 0.5 + x is 2^-24, that of subnormal float16: adding rounds.
  const std::uint32_t small =
      std::bit_cast<std::uint32_t>(std::bit_cast<float>(magnitude) + 0.5f) - 0x3f000000u;
  const std::uint32_t infinite = select(magnitude > 0x7f800000u, 0x7e00u, 0x7c00u);
  const std::uint32_t finite = select(magnitude < 0x38800000u, small, normal);
  const std::uint32_t half = select(magnitude >= 0x477ff000u, infinite, finite);
  return static_cast<std::uint16_t>(half | (bits >> 16 & 0x8000u));
}

bool fits(float value) { return (std::bit_cast<std::uint32_t>(value) & 0x7fffffffu) <= kLargest; }

// Whether all of a block fit.
bool block_to_half(std::int64_t n, const float* x, std::uint16_t* y) {
  std::uint32_t largest = 0;
  for (std::int64_t i = 0; i < n; ++i)
    largest = std::max(largest, std::bit_cast<std::uint32_t>(x[i]) & 0x7fffffffu);
  for (std::int64_t i = 0; i < n; ++i) y[i] = to_half(x[i]);
  return largest <= kLargest;
}

}  // namespace

void half_to_float(std::int64_t n, const std::uint16_t* x, float* y) {
  for (std::int64_t i = 0; i < n; ++i) y[i] = to_float(x[i]);
}

std::int64_t float_to_half(std::int64_t n, const float* x, std::uint16_t* y) {
  const std::int64_t blocks = ceil_divide(n, kBlock);
  std::int64_t first = blocks;  // the first block with a value that does not fit
#pragma omp parallel for schedule(static) reduction(min : first) if (n >= 65536)
  for (std::int64_t block = 0; block < blocks; ++block) {
    const std::int64_t begin = block * kBlock;
    if (!block_to_half(std::min(kBlock, n - begin), x + begin, y + begin))
      first = std::min(first, block);
  }
  if (first == blocks) return -1;
  return std::find_if_not(x + first * kBlock, x + n, fits) - x;
}

void gather_half_rows(std::span<const std::int64_t> rows, std::int64_t columns,
                      const std::uint16_t* x, float* y) {
  const auto n = static_cast<std::int64_t>(rows.size());
#pragma omp parallel for schedule(static) if (n * columns >= 65536)
  for (std::int64_t i = 0; i < n; ++i)
    half_to_float(columns, x + rows[static_cast<std::size_t>(i)] * columns, y + i * columns);
}

}  // namespace limn::kernels
