// Clipping of gradients.
#pragma once

#include <vector>

#include "limn/autograd/variable.h"

namespace limn::optim {

/// Every element of every gradient into [−limit, limit]. Throws InvalidArgument unless limit > 0.
void clip_value(const std::vector<Variable>& parameters, double limit);

/// The L2 norm of all gradients together, and when it is above `limit` all are scaled by limit /
/// (norm + 1e-6) (Pascanu et al., "On the difficulty of training recurrent neural networks", 2013,
/// algorithm 1). The norm is summed in double in a fixed order; it may be infinite or NaN.
double clip_norm(const std::vector<Variable>& parameters, double limit);

}  // namespace limn::optim
