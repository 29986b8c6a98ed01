// Picks rows of a matrix by index.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace limn::kernels {

/// Row i of y is row rows[i] of x; a row is `row_bytes` long, whatever its elements are.
void gather_rows(std::span<const std::int64_t> rows, std::size_t row_bytes, const void* x, void* y);

}  // namespace limn::kernels
