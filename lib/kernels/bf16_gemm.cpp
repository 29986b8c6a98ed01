#include "kernels/bf16_gemm.h"

#include <omp.h>

#include <algorithm>
#include <bit>

#include "kernels/blocks.h"
#include "kernels/scratch.h"
#include "kernels/tasks.h"
#include "limn/core/error.h"
#include "limn/core/threads.h"

namespace limn::kernels {
namespace {

// What is packed of b at a time, kDepth x kWidth, stays in the second-level cache while all rows
// of a pass; a tile of a, kBf16Rows x kDepth, stays in the first while all panels of b do.
constexpr std::int64_t kDepth = 2 * kBf16Pairs;
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

// What a tile of sums becomes where it lies over c.
void write_tile(const Bf16Gemm& p, const float* sum, std::int64_t row, std::int64_t column) {
  const std::int64_t rows = std::min(kBf16Rows, p.m - row);
  const std::int64_t columns = std::min(kBf16Columns, p.n - column);
  for (std::int64_t i = row; i < row + rows; ++i, sum += kBf16Columns) {
    const std::int64_t at = i * p.ldc + column;
    const WriteBack<float> write_back = p.write_back.from(column, at);
    for (std::int64_t j = 0; j < columns; ++j) p.c[at + j] = write_back.of(sum[j], j, j);
  }
}

// On the calling thread, with a of at most kDepth columns, and b of at most kWidth, both packed.
void multiply_block(const Bf16Gemm& p, const std::uint32_t* a, const std::uint32_t* b,
                    Bf16Tile tile) {
  const std::int64_t pairs = ceil_divide(p.k, 2);
  alignas(64) float sum[kBf16Rows * kBf16Columns];
  for (std::int64_t i = 0; i < p.m; i += kBf16Rows) {
    for (std::int64_t j = 0; j < p.n; j += kBf16Columns) {
      tile(pairs, a + i * pairs, b + j * pairs, sum);
      write_tile(p, sum, i, j);
    }
  }
}

// Rows or columns [begin, end) of the product.
Bf16Gemm rows_of(Bf16Gemm p, std::int64_t begin, std::int64_t end) {
  p.a = p.a.from(begin, 0);
  p.c += begin * p.ldc;
  p.write_back = p.write_back.from(0, begin * p.ldc);
  p.m = end - begin;
  return p;
}

Bf16Gemm columns_of(Bf16Gemm p, std::int64_t begin, std::int64_t end) {
  p.b = p.b.from(0, begin);
  p.c += begin;
  p.write_back = p.write_back.from(begin, begin);
  p.n = end - begin;
  return p;
}

// The part of the product that `depth` columns of a from `first` on contribute.
Bf16Gemm part_of(Bf16Gemm p, std::int64_t first, std::int64_t depth) {
  p.a = p.a.from(0, first);
  p.b = p.b.from(first, 0);
  p.write_back = p.write_back.of_block(first == 0, first + depth == p.k, p.c);
  p.k = depth;
  return p;
}

// Columns [begin, end) on the calling thread.
void multiply(const Bf16Gemm& whole, std::int64_t begin, std::int64_t end, Bf16Tile tile) {
  const Bf16Gemm p = columns_of(whole, begin, end);
  const std::int64_t pairs = ceil_divide(std::min(kDepth, p.k), 2);
  Scratch<std::uint32_t> a(ceil_divide(p.m, kBf16Rows) * kBf16Rows * pairs);
  Scratch<std::uint32_t> scratch(p.packed == nullptr ? kWidth * pairs : 0);
  for (std::int64_t d = 0; d == 0 || d < p.k; d += kDepth) {
    const Bf16Gemm part = part_of(p, d, std::min(kDepth, p.k - d));
    pack_panels({part.a.data, part.a.row, part.a.column, p.m, part.k}, kBf16Rows, a.data());
    for (std::int64_t j = 0; j < p.n; j += kWidth) {
      const Bf16Gemm block = columns_of(part, j, std::min(j + kWidth, p.n));
      const std::uint32_t* b = scratch.data();
      if (p.packed != nullptr) {
        b = p.packed->panels(d / kDepth, begin + j);
      } else {
        pack_panels({block.b.data, block.b.column, block.b.row, block.n, block.k}, kBf16Columns,
                    scratch.data());
      }
      multiply_block(block, a.data(), b, tile);
    }
  }
}

}  // namespace

Bf16Matrix::Bf16Matrix(std::int64_t k, std::int64_t n, const StridedMatrix<float>& b,
                       const float* scale)
    : k_(k),
      n_(n),
      elements_(Shape{ceil_divide(n, kBf16Columns) * kBf16Columns * ceil_divide(k, 2)},
                DType::int32) {
  auto* all = static_cast<std::uint32_t*>(elements_.raw());
  const std::int64_t blocks = ceil_divide(k, kDepth), across = ceil_divide(n, kBf16Columns);
  const bool parallel = k * n >= 65536;
  const ThreadScratch<float> scratch(parallel,
                                     scale == nullptr ? 0 : std::min(kDepth, k) * kBf16Columns);
#pragma omp parallel for schedule(static) collapse(2) if (parallel)
  for (std::int64_t block = 0; block < blocks; ++block) {
    for (std::int64_t panel = 0; panel < across; ++panel) {
      const std::int64_t first = block * kDepth, depth = std::min(kDepth, k - first);
      const std::int64_t column = panel * kBf16Columns;
      const std::int64_t columns = std::min(kBf16Columns, n - column);
      StridedMatrix<float> from = b.from(first, column);
      if (scale != nullptr) {
        float* scaled = scratch.mine();
        for (std::int64_t i = 0; i < depth * columns; ++i) {
          const std::int64_t j = i % columns;
          scaled[i] = *from.from(i / columns, j).data * scale[column + j];
        }
        from = strided<float>(scaled, columns);
      }
      std::uint32_t* to = all + (panels(block, column) - panels(0, 0));
      pack_panels({from.data, from.column, from.row, columns, depth}, kBf16Columns, to);
    }
  }
}

const std::uint32_t* Bf16Matrix::panels(std::int64_t block, std::int64_t column) const {
  const std::int64_t width = ceil_divide(n_, kBf16Columns) * kBf16Columns;
  const std::int64_t pairs = ceil_divide(std::min(kDepth, k_ - block * kDepth), 2);
  return static_cast<const std::uint32_t*>(elements_.raw()) + block * kDepth / 2 * width +
         column * pairs;
}

std::uint32_t bf16_pair(float low, float high) {
  return nearest_bf16(low) | nearest_bf16(high) << 16;
}

// Threads share the longer side of c, so that what each of them packs again is the smaller operand.
// Within a parallel loop there is but one.
void bf16_gemm(const Bf16Gemm& p, Bf16Tile tile) {
  LIMN_ASSERT(tile != nullptr);
  if (p.m == 0 || p.n == 0) return;
  const bool by_columns = p.n >= p.m;
  const std::int64_t side = by_columns ? p.n : p.m;
  const std::int64_t each = by_columns ? kBf16Columns : kBf16Rows;
  const std::int64_t tiles = ceil_divide(side, each);
  const std::int64_t threads = omp_in_parallel() != 0 ? 1 : thread_count();
  const std::int64_t parts = std::min(threads, tiles);
  for_each_task(parts, parts > 1, [&](std::int64_t part) {
    const std::int64_t begin = part * tiles / parts * each;
    const std::int64_t end = std::min(side, (part + 1) * tiles / parts * each);
    by_columns ? multiply(p, begin, end, tile) : multiply(rows_of(p, begin, end), 0, p.n, tile);
  });
}

}  // namespace limn::kernels
