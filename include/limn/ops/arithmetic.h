// Arithmetic with broadcasting.
#pragma once

#include "limn/autograd/variable.h"

namespace limn::ops {

/// Element by element, with NumPy's rules of broadcasting: shapes are aligned at their last axes,
/// and an axis of size 1 or a missing one is repeated. float32 or float64, both the same. Throws
/// InvalidArgument naming both shapes when they do not fit.
Variable add(const Variable& a, const Variable& b);
Variable subtract(const Variable& a, const Variable& b);
Variable multiply(const Variable& a, const Variable& b);
Variable divide(const Variable& a, const Variable& b);

/// scale · x + offset of every element.
Variable affine(const Variable& x, double scale, double offset = 0);

}  // namespace limn::ops
