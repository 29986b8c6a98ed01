#include "kernels/column_sums.h"

#include <algorithm>

namespace limn::kernels {
namespace {

// Columns that one thread adds up, row after row, in the first-level cache.
constexpr std::int64_t kColumns = 256;

}  // namespace

template <class T>
void add_column_sums(std::int64_t rows, std::int64_t columns, const T* x, T* sums) {
#pragma omp parallel for schedule(static) if (rows * columns >= 32768)
  for (std::int64_t begin = 0; begin < columns; begin += kColumns) {
    const std::int64_t count = std::min(kColumns, columns - begin);
    for (std::int64_t row = 0; row < rows; ++row) {
      const T* in = x + row * columns + begin;
#pragma omp simd
      for (std::int64_t j = 0; j < count; ++j) sums[begin + j] += in[j];
    }
  }
}

template void add_column_sums(std::int64_t, std::int64_t, const float*, float*);
template void add_column_sums(std::int64_t, std::int64_t, const double*, double*);

}  // namespace limn::kernels
