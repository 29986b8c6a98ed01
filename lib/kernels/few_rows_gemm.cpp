#include "kernels/few_rows_gemm.h"

#include <algorithm>

#include "kernels/vector.h"

namespace limn::kernels {
namespace {

constexpr std::int64_t kVector = kLanes<float>;
// A tile of kTileRows x kTileColumns dot products keeps its sums in registers.
constexpr std::int64_t kTileRows = 3;
constexpr std::int64_t kTileColumns = 4;

// By halves, as vectors: lane by lane each sum would wait for the one before.
[[gnu::always_inline]] inline float sum_of(const Vector<float>& v) {
#if __has_builtin(__builtin_shufflevector)
  typedef float Eight __attribute__((vector_size(32)));
  Eight eight;
  if constexpr (kVector == 16) {
    eight = __builtin_shufflevector(v, v, 0, 1, 2, 3, 4, 5, 6, 7) +
            __builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15);
  } else {
    eight = __builtin_shufflevector(v, v, 0, 1, 2, 3, 4, 5, 6, 7);
  }
  auto four = __builtin_shufflevector(eight, eight, 0, 1, 2, 3) +
              __builtin_shufflevector(eight, eight, 4, 5, 6, 7);
  four += __builtin_shufflevector(four, four, 2, 3, 0, 1);
  return four[0] + four[1];
#else  // GCC 11
  float lanes[kVector];
  store(lanes, v);
  for (std::int64_t half = kVector / 2; half > 0; half /= 2) {
    for (std::int64_t i = 0; i < half; ++i) lanes[i] += lanes[i + half];
  }
  return lanes[0];
#endif
}

template <int rows, int columns>
void multiply_tile(const FewRowsGemm& g, std::int64_t row, std::int64_t column) {
  const float* a = g.a + row * g.lda;
  const float* b = g.b + column * g.ldb;
  Vector<float> sum[rows][columns];
#pragma GCC unroll 3
  for (int i = 0; i < rows; ++i) {
#pragma GCC unroll 4
    for (int j = 0; j < columns; ++j) sum[i][j] = Vector<float>{};
  }
  std::int64_t p = 0;
  for (; p + kVector <= g.k; p += kVector) {
    Vector<float> left[rows];
#pragma GCC unroll 3
    for (int i = 0; i < rows; ++i) left[i] = load(a + i * g.lda + p);
#pragma GCC unroll 4
    for (int j = 0; j < columns; ++j) {
      const Vector<float> right = load(b + j * g.ldb + p);
#pragma GCC unroll 3
      for (int i = 0; i < rows; ++i) sum[i][j] += left[i] * right;
    }
  }
  float* c = g.c + row * g.ldc + column;
  for (int i = 0; i < rows; ++i) {
    for (int j = 0; j < columns; ++j) {
      float value = sum_of(sum[i][j]);
      for (std::int64_t q = p; q < g.k; ++q) value += a[i * g.lda + q] * b[j * g.ldb + q];
      float& to = c[i * g.ldc + j];
      to = g.alpha * value + (g.add ? to : 0);
    }
  }
}

// All rows of some columns, while their part of b is in the first-level cache.
template <int columns>
void multiply_columns(const FewRowsGemm& g, std::int64_t column) {
  std::int64_t row = 0;
  for (; row + kTileRows <= g.m; row += kTileRows)
    multiply_tile<kTileRows, columns>(g, row, column);
  if (g.m - row == 2) multiply_tile<2, columns>(g, row, column);
  if (g.m - row == 1) multiply_tile<1, columns>(g, row, column);
}

}  // namespace

void few_rows_gemm(const FewRowsGemm& g) {
  const std::int64_t whole = g.n - g.n % kTileColumns;
#pragma omp parallel for schedule(static) if (g.n * g.k >= 65536)
  for (std::int64_t column = 0; column < whole; column += kTileColumns)
    multiply_columns<kTileColumns>(g, column);
  for (std::int64_t column = whole; column < g.n; ++column) multiply_columns<1>(g, column);
}

}  // namespace limn::kernels
