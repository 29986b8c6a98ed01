// Pointwise non-linear functions.
#pragma once

#include "limn/autograd/variable.h"

namespace limn::ops {

/// max(x, 0) of every element of x [any shape], float32 or float64; the gradient at 0 is 0.
Variable relu(const Variable& x);
/// min(max(x, 0), 6); the gradient at 0 and at 6 is 0.
Variable relu6(const Variable& x);
/// tanh(x).
Variable tanh(const Variable& x);
/// σ(x) = 1 / (1 + exp(−x)).
Variable sigmoid(const Variable& x);

}  // namespace limn::ops
