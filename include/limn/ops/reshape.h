// The same elements in another arrangement.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "limn/autograd/variable.h"

namespace limn::ops {

/// Another shape of as many elements; the value shares its storage.
Variable reshape(const Variable& x, const Shape& shape);
/// Joins along `axis` (negative: from the end); all other sizes must agree.
Variable concatenate(const std::vector<Variable>& parts, int axis);
/// Elements [begin, end) along `axis`.
Variable slice(const Variable& x, int axis, std::int64_t begin, std::int64_t end);
/// Row i of the result is row rows[i] of x [M, ...]; rows may repeat, their gradients add up.
/// Throws InvalidArgument naming the first row outside [0, M).
Variable gather_rows(const Variable& x, std::span<const std::int64_t> rows);
/// Row i of x [M, ...] where kept[i] is not 0, zeros elsewhere, whatever x has there (NaN too).
/// Throws InvalidArgument when `kept` does not have M elements.
Variable keep_rows(const Variable& x, std::span<const std::uint8_t> kept);

}  // namespace limn::ops
