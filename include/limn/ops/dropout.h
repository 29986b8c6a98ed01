// Dropout.
#pragma once

#include "limn/autograd/variable.h"
#include "limn/core/generator.h"

namespace limn::ops {

/// Inverted dropout: each element becomes 0 with probability p in [0, 1), else x / (1 − p)
/// (Srivastava et al., "Dropout", 2014, scaled at training time). The mask depends on the
/// generator only, not on the number of threads. p = 0 returns x itself.
Variable dropout(const Variable& x, double p, Generator& generator);

}  // namespace limn::ops
