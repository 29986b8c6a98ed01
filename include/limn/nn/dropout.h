// Dropout as part of a network.
#pragma once

#include "limn/nn/module.h"

namespace limn::nn {

/// ops::dropout with probability p in training passes, x itself in others. Throws InvalidArgument
/// unless p is in [0, 1), and in training when the pass has no generator.
Variable dropout(const Variable& x, double p, const Pass& pass);

}  // namespace limn::nn
