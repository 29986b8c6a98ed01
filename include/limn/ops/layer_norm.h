// Layer normalisation.
#pragma once

#include "limn/autograd/variable.h"

namespace limn::ops {

struct LayerNormOptions {
  double epsilon = 1e-5;  ///< >= 0
  /// false: (x − μ) / √(σ² + epsilon) with the biased variance σ². true: (x − μ) / (s + epsilon)
  /// with the unbiased deviation s and epsilon outside the root, as "The Annotated Transformer" and
  /// what came from it have it.
  bool unbiased = false;
};

/// y = weight · (x − μ) / √(σ² + epsilon) + bias for each row, over the last axis (Ba, Kiros,
/// Hinton, "Layer normalization", 2016, equations 3 and 4). x [..., D], float32 or float64; weight,
/// bias [D] or undefined (1, 0). Where the unbiased deviation is 0, so is its gradient. Throws
/// InvalidArgument when shapes or dtypes do not fit, and for an unbiased D of 1.
Variable layer_norm(const Variable& x, const Variable& weight, const Variable& bias,
                    const LayerNormOptions& options = {});

}  // namespace limn::ops
