#include "kernels/packed_gemm.h"

#include <algorithm>
#include <utility>

#include "kernels/blocks.h"
#include "kernels/register_tile.h"
#include "kernels/transpose.h"
#include "limn/core/error.h"
#include "limn/core/threads.h"

namespace limn::kernels {
namespace {

constexpr std::int64_t kVector = kLanes<float>;
constexpr std::int64_t kPanel = 2 * kVector;
// Rows of a that stay in cache while all panels pass.
constexpr std::int64_t kRowBlock = 96;

// The last panel is one vector wide if its columns fit.
std::int64_t vectors_of(std::int64_t columns) { return columns <= kVector ? 1 : 2; }

// Rows of c behind `c`, and the write-back at the same place.
struct Target {
  float* c;
  std::int64_t ldc;
  WriteBack write_back;
};

// A tile that hangs over the last column: element by element, from the sums in `tile`.
void write_partial(const float* tile, std::int64_t rows, std::int64_t stride, std::int64_t columns,
                   const Target& to) {
  for (std::int64_t row = 0; row < rows; ++row) {
    for (std::int64_t j = 0; j < columns; ++j) {
      const std::int64_t at = row * to.ldc + j;
      to.c[at] = to.write_back.of(tile[row * stride + j], j, at);
    }
  }
}

template <int rows, int vectors>
[[gnu::always_inline]] inline void write_full(Vector<float> (&sum)[rows][vectors],
                                              const Target& to) {
  const auto& [bias_of, residual, limits] = to.write_back;
  const Vector<float> low = broadcast(limits.low), high = broadcast(limits.high);
#pragma GCC unroll 2
  for (int j = 0; j < vectors; ++j) {
    const Vector<float> bias = bias_of == nullptr ? Vector<float>{} : load(bias_of + j * kVector);
#pragma GCC unroll 12
    for (int row = 0; row < rows; ++row) {
      const std::int64_t at = row * to.ldc + j * kVector;
      Vector<float> value = sum[row][j] + bias;
      if (residual != nullptr) value += load(residual + at);
      store(to.c + at, clamp<float>(value, low, high));
    }
  }
}

// rows x (vectors · kVector) of c from rows of a and a panel of b.
template <int rows, int vectors>
void multiply_tile(std::int64_t k, const float* a, std::int64_t lda, const float* panel,
                   std::int64_t columns, const Target& to) {
  Vector<float> sum[rows][vectors];
  multiply_in_registers<float, rows, vectors>(k, a, lda, 1, panel, vectors * kVector, sum);
  if (columns == vectors * kVector) return write_full<rows, vectors>(sum, to);
  float tile[rows * vectors * kVector];
#pragma GCC unroll 12
  for (int row = 0; row < rows; ++row) {
#pragma GCC unroll 2
    for (int j = 0; j < vectors; ++j) store(tile + (row * vectors + j) * kVector, sum[row][j]);
  }
  write_partial(tile, rows, vectors * kVector, columns, to);
}

using TileFunction = void (*)(std::int64_t, const float*, std::int64_t, const float*, std::int64_t,
                              const Target&);

// The function for each number of rows, 1 .. kTileRows.
template <int vectors, int... rows>
TileFunction tile_function(std::int64_t count, std::integer_sequence<int, rows...>) {
  static constexpr TileFunction functions[] = {multiply_tile<rows + 1, vectors>...};
  return functions[count - 1];
}

TileFunction tile_function(std::int64_t rows, std::int64_t vectors) {
  constexpr auto all = std::make_integer_sequence<int, kTileRows>();
  return vectors == 1 ? tile_function<1>(rows, all) : tile_function<2>(rows, all);
}

/// A panel of `columns` columns, stored as whole vectors.
struct PanelShape {
  std::int64_t k;
  std::int64_t columns;
  std::int64_t width() const { return vectors_of(columns) * kVector; }
};

// From tight rows that are `stride` elements apart.
void pack_rows(const PanelShape& s, const float* b, std::int64_t stride, float* panel) {
  for (std::int64_t p = 0; p < s.k; ++p) {
    float* to = panel + p * s.width();
    std::fill(std::copy_n(b + p * stride, s.columns, to), to + s.width(), 0.0f);
  }
}

// From tight columns that are `stride` elements apart.
void pack_columns(const PanelShape& s, const float* b, std::int64_t stride, float* panel) {
  constexpr std::int64_t each = 8;
  const std::int64_t width = s.width();
  const std::int64_t whole = s.columns - s.columns % each, depth = s.k - s.k % each;
  for (std::int64_t p = 0; p < depth; p += each) {
    for (std::int64_t j = 0; j < whole; j += each)
      transpose_8x8(b + j * stride + p, stride, panel + p * width + j, width);
  }
  for (std::int64_t p = 0; p < s.k; ++p) {
    for (std::int64_t j = p < depth ? whole : 0; j < width; ++j)
      panel[p * width + j] = j < s.columns ? b[j * stride + p] : 0;
  }
}

void scale_columns(const PanelShape& s, const float* scale, float* panel) {
  for (std::int64_t p = 0; p < s.k; ++p)
    for (std::int64_t j = 0; j < s.columns; ++j) panel[p * s.width() + j] *= scale[j];
}

}  // namespace

PackedMatrix::PackedMatrix(std::int64_t k, std::int64_t n, const StridedMatrix<float>& b,
                           const float* scale)
    : k_(k), n_(n), elements_(Shape{panels() * k * kPanel}) {
  LIMN_ASSERT(b.row == 1 || b.column == 1);
  float* all = elements_.data<float>();
#pragma omp parallel for schedule(static) if (k * n >= 65536)
  for (std::int64_t index = 0; index < panels(); ++index) {
    const std::int64_t first = index * kPanel;
    const PanelShape shape{k, std::min(kPanel, n - first)};
    float* panel = all + first * k;
    const float* from = b.from(0, first).data;
    b.column == 1 ? pack_rows(shape, from, b.row, panel)
                  : pack_columns(shape, from, b.column, panel);
    if (scale != nullptr) scale_columns(shape, scale + first, panel);
  }
}

std::int64_t PackedMatrix::panels() const { return ceil_divide(n_, kPanel); }

const float* PackedMatrix::panel(std::int64_t index) const {
  return elements_.data<float>() + index * k_ * kPanel;
}

void packed_gemm(std::int64_t m, const float* a, std::int64_t lda, const PackedMatrix& b,
                 std::int64_t panel_begin, std::int64_t panel_end, const WriteBack& write_back,
                 float* c, std::int64_t ldc) {
  for (std::int64_t block = 0; block < m; block += kRowBlock) {
    const std::int64_t end = std::min(block + kRowBlock, m);
    for (std::int64_t index = panel_begin; index < panel_end; ++index) {
      const std::int64_t column = index * kPanel;
      const std::int64_t columns = std::min(kPanel, b.columns() - column);
      const float* panel = b.panel(index);
      for (std::int64_t row = block; row < end; row += kTileRows) {
        const std::int64_t rows = std::min<std::int64_t>(kTileRows, end - row);
        const std::int64_t at = row * ldc + column;
        const Target to{c + at, ldc, write_back.from(column, at)};
        tile_function(rows, vectors_of(columns))(b.rows(), a + row * lda, lda, panel, columns, to);
      }
    }
  }
}

// Tasks are shares of the rows, in whole tiles, where there are many rows, or enough while the
// panels do not go round; else shares of the panels.
void packed_gemm(std::int64_t m, const float* a, std::int64_t lda, const PackedMatrix& b,
                 const WriteBack& write_back, float* c, std::int64_t ldc) {
  if (m == 0 || b.columns() == 0) return;
  const std::int64_t threads = thread_count(), panels = b.panels();
  const std::int64_t tiles = ceil_divide(m, kTileRows), row_blocks = ceil_divide(m, kRowBlock);
  const bool even_panels = panels % threads == 0 || panels >= 8 * threads;
  const bool by_rows = row_blocks >= 4 * threads || (!even_panels && tiles >= 4 * threads);
  const std::int64_t panel_tasks = by_rows ? 1 : std::min(panels, threads);
  const std::int64_t row_tasks =
      std::min(tiles, by_rows ? ceil_divide(row_blocks, threads) * threads
                              : std::max(row_blocks, ceil_divide(threads, panel_tasks)));
#pragma omp parallel for schedule(static) if (m * b.columns() * b.rows() >= 65536)
  for (std::int64_t task = 0; task < row_tasks * panel_tasks; ++task) {
    const std::int64_t part = task / row_tasks, share = task % row_tasks;
    const std::int64_t row = share * tiles / row_tasks * kTileRows;
    const std::int64_t end = std::min(m, (share + 1) * tiles / row_tasks * kTileRows);
    packed_gemm(end - row, a + row * lda, lda, b, part * panels / panel_tasks,
                (part + 1) * panels / panel_tasks, write_back.from(0, row * ldc), c + row * ldc,
                ldc);
  }
}

}  // namespace limn::kernels
