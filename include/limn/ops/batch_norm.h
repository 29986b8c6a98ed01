// Batch normalisation.
#pragma once

#include "limn/autograd/variable.h"

namespace limn::ops {

/// What cuts off a result: nothing, max(·, 0) or that and min(·, 6).
enum class Cutoff { none, relu, relu6 };

struct BatchNormOptions {
  bool training = false;
  double momentum = 0.1;  ///< share of the new batch in the running statistics, in [0, 1]
  double epsilon = 1e-5;  ///< added to the variance, > 0
  Cutoff cutoff = Cutoff::none;
};

/// y = cutoff(gamma · (x − μ) / √(σ² + epsilon) + beta + residual) for each channel (Ioffe and
/// Szegedy, "Batch normalization", 2015, algorithm 1). x [..., C], float32 or float64; gamma, beta
/// [C]; running_mean, running_variance [C]; residual [as x] may be undefined. The result can be
/// computed again (`Variable::release_value`).
/// Training: μ and σ² (biased) are those of the batch, and the running statistics move:
/// running = (1 − momentum) · running + momentum · batch, with the unbiased variance. Otherwise μ
/// and σ² are the running statistics, constants for the gradient.
/// Throws InvalidArgument when shapes or dtypes do not fit, and in training with fewer than two
/// rows.
Variable batch_norm(const Variable& x, const Variable& gamma, const Variable& beta,
                    Tensor& running_mean, Tensor& running_variance, const BatchNormOptions& options,
                    const Variable& residual = {});

}  // namespace limn::ops
