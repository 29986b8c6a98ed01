// Sums and means.
#pragma once

#include "limn/autograd/variable.h"

namespace limn::ops {

/// Over all elements. Result: one element [].
Variable sum(const Variable& x);
Variable mean(const Variable& x);
/// Over one axis (negative: from the end), which disappears from the shape.
Variable sum(const Variable& x, int axis);
Variable mean(const Variable& x, int axis);

}  // namespace limn::ops
