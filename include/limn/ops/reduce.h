// Sums and means.
#pragma once

#include "limn/autograd/variable.h"

namespace limn::ops {

/// Over all elements, float32 or float64. Result: one element []. The mean of nothing is NaN.
Variable sum(const Variable& x);
Variable mean(const Variable& x);
/// Over one axis (negative: from the end), which disappears from the shape. Throws InvalidArgument
/// when there is no such axis.
Variable sum(const Variable& x, int axis);
Variable mean(const Variable& x, int axis);

}  // namespace limn::ops
