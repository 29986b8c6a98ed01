// Normalised exponentials.
#pragma once

#include "limn/autograd/variable.h"

namespace limn::ops {

/// softmax(x)_i = exp(x_i) / Σ_j exp(x_j) along `axis` (negative: from the end), float32 or
/// float64. −∞ gives 0 with gradient 0; a row of nothing but −∞ gives NaN. Throws InvalidArgument
/// when there is no such axis.
Variable softmax(const Variable& x, int axis = -1);
/// log softmax(x), computed as x − max − log Σ exp(x − max). −∞ stays −∞, has gradient 0, and its
/// cotangent counts as 0.
Variable log_softmax(const Variable& x, int axis = -1);

}  // namespace limn::ops
