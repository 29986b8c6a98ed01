// Affine maps.
#pragma once

#include "limn/autograd/variable.h"

namespace limn::ops {

/// y = x Wᵀ + b. x [..., F]; weight [G, F] (PyTorch's layout); bias [G] or undefined; float32 or
/// float64, all the same. Result [..., G]. Throws InvalidArgument when they do not fit.
Variable linear(const Variable& x, const Variable& weight, const Variable& bias);

}  // namespace limn::ops
