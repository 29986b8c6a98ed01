// Batch normalisation.
#pragma once

#include "limn/autograd/variable.h"

namespace limn::ops {

struct BatchNormOptions {
  bool training = false;
  double momentum = 0.1;  ///< share of the new batch in the running statistics, in [0, 1]
  double epsilon = 1e-5;  ///< added to the variance, > 0
};

/// y = gamma · (x − μ) / √(σ² + epsilon) + beta for each channel (Ioffe and Szegedy, "Batch
/// normalization", 2015, algorithm 1). x [..., C], float32 or float64; gamma, beta [C];
/// running_mean, running_variance [C].
/// Training: μ and σ² (biased) are those of the batch, and the running statistics move:
/// running = (1 − momentum) · running + momentum · batch, with the unbiased variance. Otherwise μ
/// and σ² are the running statistics, constants for the gradient.
/// Throws InvalidArgument when shapes or dtypes do not fit, and in training with fewer than two
/// rows.
Variable batch_norm(const Variable& x, const Variable& gamma, const Variable& beta,
                    Tensor& running_mean, Tensor& running_variance,
                    const BatchNormOptions& options);

}  // namespace limn::ops
