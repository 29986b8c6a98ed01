// Clipping of gradients. Parameters that require no gradient or have none are left out; each
// variable is to be there once (`Optimizer::parameters`).
#pragma once

#include <vector>

#include "limn/autograd/variable.h"

namespace limn::optim {

/// Every element of every gradient into [−limit, limit]; NaN stays. Throws InvalidArgument unless
/// limit > 0.
void clip_value(const std::vector<Variable>& parameters, double limit);

/// The L2 norm of all gradients together; all are multiplied by min(1, limit / (norm + 1e-6))
/// (Pascanu et al., "On the difficulty of training recurrent neural networks", 2013, algorithm 1).
/// The norm is summed in double in an order that depends on the sizes only; it may be infinite or
/// NaN, and then no gradient is changed. Throws InvalidArgument unless limit > 0; infinity only
/// measures.
double clip_norm(const std::vector<Variable>& parameters, double limit);

/// Every gradient times `factor`: sums of several batches become means. Throws InvalidArgument
/// unless it is finite.
void scale_gradients(const std::vector<Variable>& parameters, double factor);

}  // namespace limn::optim
