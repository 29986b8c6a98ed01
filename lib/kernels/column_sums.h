// Sums over the rows of a matrix.
#pragma once

#include <cstdint>

namespace limn::kernels {

/// sums [columns] += Σ over the rows of x [rows, columns]; the same bits on any number of threads.
template <class T>
void add_column_sums(std::int64_t rows, std::int64_t columns, const T* x, T* sums);

}  // namespace limn::kernels
