// Gradients of weights that many small products share: one product for all of them.
#pragma once

#include <cstdint>

#include "limn/autograd/variable.h"

namespace limn::ops {

/// dW[:, first … first + F) += dyᵀ x for a weight W [G, E] that requires a gradient; x [..., F], dy
/// [..., G]. Called by backward closures. The steps of a recurrence each have few rows, and each
/// product would read and write all of W's gradient: those of a leaf wait for the end of the
/// backward pass and become one.
void add_weight_gradient(const Variable& weight, std::int64_t first, const Tensor& x,
                         const Tensor& dy);

}  // namespace limn::ops
