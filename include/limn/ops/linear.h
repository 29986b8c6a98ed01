// Affine maps.
#pragma once

#include "limn/autograd/variable.h"

namespace limn::ops {

/// y = x Wᵀ + b. x [..., F]; weight [G, F] (PyTorch's layout); bias [G] or undefined; float32 or
/// float64, all the same. Result [..., G]. Throws InvalidArgument when they do not fit.
Variable linear(const Variable& x, const Variable& weight, const Variable& bias);

/// y = x W + b with weight [F, G], the transpose of what `linear` takes; GPT-2's files have it so.
/// Otherwise the same.
Variable transposed_linear(const Variable& x, const Variable& weight, const Variable& bias);

/// x W[:, first … first + F)ᵀ + b: what one of several inputs, which `weight` [G, E] reads side by
/// side, adds to their linear map. x [..., F]; bias [G] or undefined. The parts of the inputs are
/// taken each when it is known. Throws InvalidArgument when they do not fit.
Variable linear_part(const Variable& x, const Variable& weight, std::int64_t first,
                     const Variable& bias = {});

}  // namespace limn::ops
