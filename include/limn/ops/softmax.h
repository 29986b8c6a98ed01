// Normalised exponentials.
#pragma once

#include "limn/autograd/variable.h"

namespace limn::ops {

/// softmax(x)_i = exp(x_i) / Σ_j exp(x_j) along `axis` (negative: from the end). −∞ gives 0 with
/// gradient 0; a row of nothing but −∞ gives NaN.
Variable softmax(const Variable& x, int axis = -1);
/// log softmax(x), computed as x − max − log Σ exp(x − max).
Variable log_softmax(const Variable& x, int axis = -1);

}  // namespace limn::ops
