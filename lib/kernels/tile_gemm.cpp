#include "kernels/tile_gemm.h"

#include <algorithm>
#include <utility>

#include "kernels/register_tile.h"

namespace limn::kernels {
namespace {

template <class T, int rows, int vectors>
void multiply_tile(const TileGemm<T>& g, std::int64_t row, std::int64_t column) {
  Vector<T> sum[rows][vectors];
  multiply_in_registers<T, rows, vectors>(g.k, g.a + row * g.a_row, g.a_row, g.a_column,
                                          g.b + column, g.ldb, sum);
#pragma GCC unroll 12
  for (int i = 0; i < rows; ++i) {
#pragma GCC unroll 2
    for (int j = 0; j < vectors; ++j) {
      T* c = g.c + (row + i) * g.ldc + column + j * kLanes<T>;
      const Vector<T> value = sum[i][j] * g.alpha;
      store<T>(c, g.add ? load(c) + value : value);
    }
  }
}

template <class T>
using TileFunction = void (*)(const TileGemm<T>&, std::int64_t, std::int64_t);

// The function for each number of rows, 1 .. kTileRows.
template <class T, int vectors, int... rows>
TileFunction<T> tile_function(std::int64_t count, std::integer_sequence<int, rows...>) {
  static constexpr TileFunction<T> functions[] = {multiply_tile<T, rows + 1, vectors>...};
  return functions[count - 1];
}

template <class T, int vectors>
void multiply_columns(const TileGemm<T>& g, std::int64_t column) {
  constexpr auto all = std::make_integer_sequence<int, kTileRows>();
  for (std::int64_t row = 0; row < g.m; row += kTileRows) {
    const std::int64_t rows = std::min<std::int64_t>(kTileRows, g.m - row);
    tile_function<T, vectors>(rows, all)(g, row, column);
  }
}

template <class T>
void multiply_column(const TileGemm<T>& g, std::int64_t column) {
  for (std::int64_t i = 0; i < g.m; ++i) {
    T sum = 0;
    for (std::int64_t p = 0; p < g.k; ++p)
      sum += g.a[i * g.a_row + p * g.a_column] * g.b[p * g.ldb + column];
    T& c = g.c[i * g.ldc + column];
    c = g.alpha * sum + (g.add ? c : 0);
  }
}

}  // namespace

template <class T>
void tile_gemm(const TileGemm<T>& g) {
  std::int64_t column = 0;
  for (; column + 2 * kLanes<T> <= g.n; column += 2 * kLanes<T>) multiply_columns<T, 2>(g, column);
  if (column + kLanes<T> <= g.n) {
    multiply_columns<T, 1>(g, column);
    column += kLanes<T>;
  }
  for (; column < g.n; ++column) multiply_column(g, column);
}

template void tile_gemm(const TileGemm<float>&);
template void tile_gemm(const TileGemm<double>&);

}  // namespace limn::kernels
