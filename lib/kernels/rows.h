// Loops over the rows of matrices.
#pragma once

#include <cstdint>
#include <span>

namespace limn::kernels {

/// Row rows[i] of dx += row i of dy [rows, n], in the order of i; negative rows are left out. The
/// backward of gather_rows.
template <class T>
void gather_rows_backward(std::span<const std::int64_t> rows, std::int64_t n, const T* dy, T* dx);

/// Two matrices of as many rows of as many elements, which are `stride` elements apart; 0 repeats
/// one row.
struct RowCopy {
  std::int64_t rows = 0;
  std::int64_t n = 0;
  std::int64_t from_stride = 0;
  std::int64_t to_stride = 0;
};

/// to = from, whatever elements of `element_bytes` are.
void copy_rows(const RowCopy& copy, std::size_t element_bytes, const void* from, void* to);
/// to += from
template <class T>
void add_rows(const RowCopy& copy, const T* from, T* to);

}  // namespace limn::kernels
