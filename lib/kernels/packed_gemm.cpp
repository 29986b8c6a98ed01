#include "kernels/packed_gemm.h"

#include <omp.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>

#include "kernels/blocks.h"
#include "kernels/register_tile.h"
#include "kernels/scratch.h"
#include "limn/core/error.h"
#include "limn/core/threads.h"

namespace limn::kernels {
namespace {

// Rows of a panel that are fetched ahead of their use, so that memory answers in time; of 0, 8, 24
// and 48 the fastest where a right-hand side is used once.
constexpr std::int64_t kAhead = 24;

// What rows of a, and panels of b that pass by them, may each take of the second-level cache, of
// which processors with wide vectors have at least twice as much.
constexpr std::int64_t kCachedBytes = std::int64_t{1} << (kVectorBytes == 64 ? 19 : 17);

// Rows of a in tiles of kTileRows, each as the inner loop reads it: where the rows lie, or packed
// as [depth, kTileRows].
template <class T>
struct LeftTiles {
  const T* first;
  std::int64_t lda;  // of rows in place
  bool packed;

  const T* tile(std::int64_t row, std::int64_t depth) const {
    return first + row * (packed ? depth : lda);
  }
};

// A block of rows of b.
struct Depth {
  std::int64_t first, count;
};

// Rows of c behind `c`, and the write-back at the same place.
template <class T>
struct Target {
  T* c;
  std::int64_t ldc;
  WriteBack<T> write_back;
};

// A tile that hangs over the last column: element by element, from the sums in `tile`.
template <class T>
void write_partial(const T* tile, std::int64_t rows, std::int64_t stride, std::int64_t columns,
                   const Target<T>& to) {
  for (std::int64_t row = 0; row < rows; ++row) {
    for (std::int64_t j = 0; j < columns; ++j) {
      const std::int64_t at = row * to.ldc + j;
      to.c[at] = to.write_back.of(tile[row * stride + j], j, at);
    }
  }
}

template <class T, int rows, int vectors>
[[gnu::always_inline]] inline void write_full(Vector<T> (&sum)[rows][vectors],
                                              const Target<T>& to) {
  const auto& [bias_of, residual, limits] = to.write_back;
  const Vector<T> low = broadcast<T>(limits.low), high = broadcast<T>(limits.high);
#pragma GCC unroll 2
  for (int j = 0; j < vectors; ++j) {
    const Vector<T> bias = bias_of == nullptr ? Vector<T>{} : load(bias_of + j * kLanes<T>);
#pragma GCC unroll 12
    for (int row = 0; row < rows; ++row) {
      const std::int64_t at = row * to.ldc + j * kLanes<T>;
      Vector<T> value = sum[row][j] + bias;
      if (residual != nullptr) value += load(residual + at);
      store(to.c + at, clamp<T>(value, low, high));
    }
  }
}

// rows x (vectors · kLanes) of c from a tile of a and a panel of b, of which each has `depth`
// columns or rows here.
template <class T, int rows, int vectors>
void multiply_tile(const LeftTiles<T>& left, std::int64_t row, const Depth& depth, const T* panel,
                   std::int64_t columns, const Target<T>& to) {
  constexpr std::int64_t width = vectors * kLanes<T>;
  const T* a = left.tile(row, depth.count);
#pragma GCC unroll 12
  for (int i = 0; i < rows; ++i) {  // from memory, while the products are made
#pragma GCC unroll 2
    for (int j = 0; j < vectors; ++j) __builtin_prefetch(to.c + i * to.ldc + j * kLanes<T>, 1);
  }
  Vector<T> sum[rows][vectors];
  panel += depth.first * width;
  left.packed ? multiply_in_registers<T, rows, vectors, kAhead>(depth.count, a, 1, kTileRows, panel,
                                                                width, sum)
              : multiply_in_registers<T, rows, vectors, kAhead>(depth.count, a, left.lda, 1, panel,
                                                                width, sum);
  if (columns == width) return write_full<T, rows, vectors>(sum, to);
  T tile[rows * width];
#pragma GCC unroll 12
  for (int i = 0; i < rows; ++i) {
#pragma GCC unroll 2
    for (int j = 0; j < vectors; ++j) store(tile + i * width + j * kLanes<T>, sum[i][j]);
  }
  write_partial(tile, rows, width, columns, to);
}

template <class T>
using TileFunction = void (*)(const LeftTiles<T>&, std::int64_t, const Depth&, const T*,
                              std::int64_t, const Target<T>&);

// The function for each number of rows, 1 .. kTileRows.
template <class T, int vectors, int... rows>
TileFunction<T> tile_function(std::int64_t count, std::integer_sequence<int, rows...>) {
  static constexpr TileFunction<T> functions[] = {multiply_tile<T, rows + 1, vectors>...};
  return functions[count - 1];
}

template <class T>
TileFunction<T> tile_function(std::int64_t rows, std::int64_t vectors) {
  constexpr auto all = std::make_integer_sequence<int, kTileRows>();
  return vectors == 1 ? tile_function<T, 1>(rows, all) : tile_function<T, 2>(rows, all);
}

// m rows of a, whose columns are tight and `stride` elements apart, in tiles [k, kTileRows]; some
// tiles at once, so that what is read of a column lies in few lines of cache, and what is written
// in few places.
template <class T>
LeftTiles<T> pack_left(std::int64_t m, std::int64_t k, const T* a, std::int64_t stride, T* tiles) {
  constexpr std::int64_t together = 4 * kTileRows;
  const std::int64_t whole = m / kTileRows * kTileRows;
  for (std::int64_t begin = 0; begin < whole; begin += together) {
    const std::int64_t end = std::min(begin + together, whole);
    for (std::int64_t p = 0; p < k; ++p) {
      for (std::int64_t row = begin; row < end; row += kTileRows)
        std::memcpy(tiles + row * k + p * kTileRows, a + p * stride + row, kTileRows * sizeof(T));
    }
  }
  for (std::int64_t p = 0; whole < m && p < k; ++p)
    std::copy_n(a + p * stride + whole, m - whole, tiles + whole * k + p * kTileRows);
  return {tiles, 0, true};
}

// How many of `bytes` each are within `limit`, at least one.
std::int64_t count_within(std::int64_t limit, std::int64_t bytes) {
  return std::max<std::int64_t>(limit / std::max<std::int64_t>(bytes, 1), 1);
}

// Rows of b at a time. A tile of a, of that many columns, stays in the first-level cache: 24 KB of
// float32 with AVX-512. Of float64 it is twice that, which only checks use.
constexpr std::int64_t kDepth = 512;

// Rows of a that stay in the second-level cache while panels of b pass by.
template <class T>
std::int64_t rows_together(std::int64_t k) {
  constexpr auto size = static_cast<std::int64_t>(sizeof(T));
  return count_within(kCachedBytes, std::min(k, kDepth) * kTileRows * size) * kTileRows;
}

// m rows, few enough to stay in cache, with the panels [begin, end): a tile of a stays in the
// first-level cache while some panels pass.
template <class T>
void multiply_rows(std::int64_t m, const LeftTiles<T>& left, const Depth& depth,
                   const PackedMatrix<T>& b, std::int64_t begin, std::int64_t end,
                   const Target<T>& to) {
  constexpr auto size = static_cast<std::int64_t>(sizeof(T));
  const std::int64_t together = count_within(kCachedBytes, depth.count * kPanel<T> * size);
  for (std::int64_t first = begin; first < end; first += together) {
    for (std::int64_t row = 0; row < m; row += kTileRows) {
      const std::int64_t rows = std::min<std::int64_t>(kTileRows, m - row);
      for (std::int64_t index = first; index < std::min(first + together, end); ++index) {
        const std::int64_t column = index * kPanel<T>;
        const std::int64_t columns = std::min(kPanel<T>, b.columns() - column);
        const std::int64_t at = row * to.ldc + column;
        tile_function<T>(rows, vectors_of<T>(columns))(
            left, row, depth, b.panel(index), columns,
            {to.c + at, to.ldc, to.write_back.from(column, at)});
      }
    }
  }
}

// Rows [begin, end) of c with the panels [panel_begin, panel_end). `scratch` holds rows_together
// of them where the columns of a are tight.
template <class T>
void multiply(std::int64_t begin, std::int64_t end, const StridedMatrix<T>& a,
              const PackedMatrix<T>& b, std::int64_t panel_begin, std::int64_t panel_end,
              const Target<T>& to, T* scratch) {
  const std::int64_t k = b.rows(), together = rows_together<T>(k);
  for (std::int64_t first = 0; first == 0 || first < k; first += kDepth) {
    const Depth depth{first, std::min(kDepth, k - first)};
    const auto write_back = to.write_back.of_block(first == 0, first + kDepth >= k, to.c);
    for (std::int64_t row = begin; row < end; row += together) {
      const std::int64_t rows = std::min(together, end - row), at = row * to.ldc;
      const StridedMatrix<T> part = a.from(row, first);
      const auto left = a.column == 1 ? LeftTiles<T>{part.data, a.row, false}
                                      : pack_left(rows, depth.count, part.data, a.column, scratch);
      multiply_rows<T>(rows, left, depth, b, panel_begin, panel_end,
                       {to.c + at, to.ldc, write_back.from(0, at)});
    }
  }
}

// Tasks that share a result of tiles x panels.
struct Grid {
  std::int64_t down, across;
};

// With the least work in the largest task: products of a tile and a panel, and what it takes to
// bring each of them into cache, about as long as two products.
Grid share_out(std::int64_t tiles, std::int64_t panels, std::int64_t most) {
  Grid best{1, 1};
  std::int64_t least = std::numeric_limits<std::int64_t>::max();
  for (std::int64_t down = 1; down <= std::min(tiles, most); ++down) {
    const std::int64_t across = std::min(panels, most / down);
    const std::int64_t rows = ceil_divide(tiles, down), columns = ceil_divide(panels, across);
    const std::int64_t work = rows * columns + 2 * (rows + columns);
    if (work < least) {
      least = work;
      best = {down, across};
    }
  }
  return best;
}

// Several a thread, so that one that is held up leaves tasks to the others, but none so small that
// the threads' waking up shows. Within a parallel loop there is but one thread.
std::int64_t most_tasks(double multiplications) {
  constexpr std::int64_t each = 8;
  constexpr double least = 32768;
  if (omp_in_parallel() != 0 || thread_count() == 1) return 1;
  const double worthwhile = std::max(multiplications / least, 1.0);
  return static_cast<std::int64_t>(std::min<double>(each * thread_count(), worthwhile));
}

}  // namespace

template <class T>
void packed_gemm(std::int64_t m, const T* a, std::int64_t lda, const PackedMatrix<T>& b,
                 std::int64_t panel_begin, std::int64_t panel_end, const WriteBack<T>& write_back,
                 T* c, std::int64_t ldc) {
  multiply<T>(0, m, strided(a, lda), b, panel_begin, panel_end, {c, ldc, write_back}, nullptr);
}

template <class T>
void packed_gemm(std::int64_t m, const StridedMatrix<T>& a, const PackedMatrix<T>& b,
                 const WriteBack<T>& write_back, T* c, std::int64_t ldc) {
  LIMN_ASSERT(a.row == 1 || a.column == 1);
  if (m == 0 || b.columns() == 0) return;
  const std::int64_t tiles = ceil_divide(m, kTileRows), panels = b.panels();
  const double multiplications =
      static_cast<double>(m * b.columns()) * static_cast<double>(b.rows());
  const Grid grid = share_out(tiles, panels, most_tasks(multiplications));
  const bool parallel = grid.down * grid.across > 1;
  const std::int64_t packed = std::min(rows_together<T>(b.rows()), tiles * kTileRows);
  const ThreadScratch<T> scratch(parallel, a.column == 1 ? 0 : packed * std::min(kDepth, b.rows()));
#pragma omp parallel for schedule(dynamic) if (parallel)
  for (std::int64_t task = 0; task < grid.down * grid.across; ++task) {
    const std::int64_t share = task / grid.across, part = task % grid.across;
    multiply<T>(share * tiles / grid.down * kTileRows,
                std::min(m, (share + 1) * tiles / grid.down * kTileRows), a, b,
                part * panels / grid.across, (part + 1) * panels / grid.across,
                {c, ldc, write_back}, scratch.mine());
  }
}

#define LIMN_INSTANTIATE(T)                                                                     \
  template void packed_gemm(std::int64_t, const T*, std::int64_t, const PackedMatrix<T>&,       \
                            std::int64_t, std::int64_t, const WriteBack<T>&, T*, std::int64_t); \
  template void packed_gemm(std::int64_t, const StridedMatrix<T>&, const PackedMatrix<T>&,      \
                            const WriteBack<T>&, T*, std::int64_t);
LIMN_INSTANTIATE(float)
LIMN_INSTANTIATE(double)
#undef LIMN_INSTANTIATE

}  // namespace limn::kernels
