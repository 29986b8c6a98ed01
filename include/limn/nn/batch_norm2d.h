// Batch normalisation with its parameters and running statistics.
#pragma once

#include <cstdint>

#include "limn/nn/module.h"
#include "limn/ops/batch_norm.h"

namespace limn::nn {

struct BatchNormConfig {
  double momentum = 0.1;  ///< share of a new batch in the running statistics
  double epsilon = 1e-5;
};

/// ops::batch_norm over the last axis. Parameters "weight" (γ, starts at 1) and "bias" (β, 0);
/// buffers "running_mean" (0) and "running_var" (1), which move in training passes.
class BatchNorm2d : public Module {
 public:
  /// Throws InvalidArgument unless channels >= 1.
  explicit BatchNorm2d(std::int64_t channels, const BatchNormConfig& config = {});

  /// x [..., C], such as [B, H, W, C]; `residual` [as x] may be undefined.
  Variable forward(const Variable& x, const Pass& pass, ops::Cutoff cutoff = ops::Cutoff::none,
                   const Variable& residual = {}) const;

  const BatchNormConfig& config() const { return config_; }
  const Variable& weight() const { return weight_; }
  const Variable& bias() const { return bias_; }
  const Tensor& running_mean() const { return running_mean_; }
  const Tensor& running_variance() const { return running_variance_; }

 private:
  BatchNormConfig config_;
  Variable weight_;
  Variable bias_;
  Tensor running_mean_;
  Tensor running_variance_;
};

}  // namespace limn::nn
