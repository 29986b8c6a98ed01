#include "kernels/bf16_gemm.h"

#include <algorithm>
#include <bit>

#include "kernels/blocks.h"
#include "kernels/scratch.h"
#include "limn/core/threads.h"

namespace limn::kernels {
namespace {

// What is packed of b at a time, kDepth x kWidth, stays in the second-level cache while all rows
// of a pass; a tile of a, kBf16Rows x kDepth, stays in the first while all panels of b do.
constexpr std::int64_t kDepth = 512;
constexpr std::int64_t kWidth = 10 * kBf16Columns;

// Without branches, so that the compiler makes vectors of the loops.
std::uint32_t nearest_bf16(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  const std::uint32_t rounded = (bits + 0x7fffu + (bits >> 16 & 1u)) >> 16;
  const std::uint32_t quiet = bits >> 16 | 0x40u;
  const std::uint32_t nan = 0u - static_cast<std::uint32_t>((bits & 0x7fffffffu) > 0x7f800000u);
  return (quiet & nan) | (rounded & ~nan);
}

// Rows of a or columns of b: element d of line i is first[i · step + d · along].
struct Lines {
  const float* first;
  std::int64_t step, along;
  std::int64_t count, depth;
};

// Into a panel [pairs, width] of lines that lie side by side in memory.
void pack_side_by_side(const Lines& lines, std::int64_t width, std::uint32_t* packed) {
  for (std::int64_t d = 0; d < lines.depth; d += 2, packed += width) {
    const float* low = lines.first + d * lines.along;
    if (d + 1 == lines.depth) {
      for (std::int64_t i = 0; i < lines.count; ++i) packed[i] = nearest_bf16(low[i]);
    } else {
      const float* high = low + lines.along;
      for (std::int64_t i = 0; i < lines.count; ++i)
        packed[i] = nearest_bf16(low[i]) | nearest_bf16(high[i]) << 16;
    }
  }
}

void pack_line_by_line(const Lines& lines, std::int64_t width, std::uint32_t* packed) {
  for (std::int64_t i = 0; i < lines.count; ++i) {
    const float* line = lines.first + i * lines.step;
    for (std::int64_t d = 0; d < lines.depth; d += 2) {
      const float high = d + 1 < lines.depth ? line[(d + 1) * lines.along] : 0;
      packed[d / 2 * width + i] = bf16_pair(line[d * lines.along], high);
    }
  }
}

// Panels of `width` lines each, one after the other; lines that are missing in the last are 0.
void pack_panels(const Lines& lines, std::int64_t width, std::uint32_t* packed) {
  const std::int64_t size = ceil_divide(lines.depth, 2) * width;
  for (std::int64_t i = 0; i < lines.count; i += width, packed += size) {
    Lines part = lines;
    part.first += i * lines.step;
    part.count = std::min(width, lines.count - i);
    if (part.count < width) std::fill_n(packed, size, 0u);
    lines.step == 1 ? pack_side_by_side(part, width, packed)
                    : pack_line_by_line(part, width, packed);
  }
}

// c = alpha · sum + beta · c where the tile lies over c.
void write_tile(const float* sum, std::int64_t rows, std::int64_t columns, float alpha, float beta,
                float* c, std::int64_t ldc) {
  for (std::int64_t i = 0; i < rows; ++i, sum += kBf16Columns, c += ldc) {
    if (beta == 0) {
      for (std::int64_t j = 0; j < columns; ++j) c[j] = alpha * sum[j];
    } else {
      for (std::int64_t j = 0; j < columns; ++j) c[j] = alpha * sum[j] + beta * c[j];
    }
  }
}

// On the calling thread, with a of at most kDepth columns, packed, and b of at most kWidth.
void multiply_block(const Bf16Gemm& p, const std::uint32_t* a, std::uint32_t* b, Bf16Tile tile) {
  const std::int64_t pairs = ceil_divide(p.k, 2);
  pack_panels({p.b.data, p.b.column, p.b.row, p.n, p.k}, kBf16Columns, b);
  alignas(64) float sum[kBf16Rows * kBf16Columns];
  for (std::int64_t i = 0; i < p.m; i += kBf16Rows) {
    for (std::int64_t j = 0; j < p.n; j += kBf16Columns) {
      tile(pairs, a + i * pairs, b + j * pairs, sum);
      write_tile(sum, std::min(kBf16Rows, p.m - i), std::min(kBf16Columns, p.n - j), p.alpha,
                 p.beta, p.c + i * p.ldc + j, p.ldc);
    }
  }
}

// On the calling thread.
void multiply(const Bf16Gemm& p, Bf16Tile tile) {
  const std::int64_t pairs = ceil_divide(std::min(kDepth, p.k), 2);
  Scratch<std::uint32_t> a(ceil_divide(p.m, kBf16Rows) * kBf16Rows * pairs);
  Scratch<std::uint32_t> b(kWidth * pairs);
  for (std::int64_t d = 0; d == 0 || d < p.k; d += kDepth) {
    Bf16Gemm block = p;
    block.k = std::min(kDepth, p.k - d);
    block.beta = d == 0 ? p.beta : 1;
    const StridedMatrix<float> left = p.a.from(0, d);
    pack_panels({left.data, left.row, left.column, p.m, block.k}, kBf16Rows, a.data());
    for (std::int64_t j = 0; j < p.n; j += kWidth) {
      block.n = std::min(kWidth, p.n - j);
      block.b = p.b.from(d, j);
      block.c = p.c + j;
      multiply_block(block, a.data(), b.data(), tile);
    }
  }
}

// Rows or columns [begin, end) of the product.
Bf16Gemm rows_of(Bf16Gemm p, std::int64_t begin, std::int64_t end) {
  p.a = p.a.from(begin, 0);
  p.c += begin * p.ldc;
  p.m = end - begin;
  return p;
}

Bf16Gemm columns_of(Bf16Gemm p, std::int64_t begin, std::int64_t end) {
  p.b = p.b.from(0, begin);
  p.c += begin;
  p.n = end - begin;
  return p;
}

}  // namespace

std::uint32_t bf16_pair(float low, float high) {
  return nearest_bf16(low) | nearest_bf16(high) << 16;
}

// Threads share the longer side of c, so that what each of them packs again is the smaller operand.
void bf16_gemm(const Bf16Gemm& p, Bf16Tile tile) {
  if (p.m == 0 || p.n == 0) return;
  const bool by_columns = p.n >= p.m;
  const std::int64_t side = by_columns ? p.n : p.m;
  const std::int64_t each = by_columns ? kBf16Columns : kBf16Rows;
  const std::int64_t tiles = ceil_divide(side, each);
  const std::int64_t parts = std::min<std::int64_t>(thread_count(), tiles);
#pragma omp parallel for schedule(static)
  for (std::int64_t part = 0; part < parts; ++part) {
    const std::int64_t begin = part * tiles / parts * each;
    const std::int64_t end = std::min(side, (part + 1) * tiles / parts * each);
    multiply(by_columns ? columns_of(p, begin, end) : rows_of(p, begin, end), tile);
  }
}

}  // namespace limn::kernels
