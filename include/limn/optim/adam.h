// Adam and AdamW.
#pragma once

#include "limn/optim/optimizer.h"

namespace limn::optim {

struct AdamOptions {
  double beta1 = 0.9;       ///< in [0, 1)
  double beta2 = 0.999;     ///< in [0, 1)
  double epsilon = 1e-8;    ///< added to √v̂; above 0
  double weight_decay = 0;  ///< λ >= 0
  bool decoupled = false;   ///< λ shrinks x itself (AdamW) and is not added to the gradient
};

/// At update t: g = dx + λ x, m = β₁ m + (1 − β₁) g, v = β₂ v + (1 − β₂) g²,
/// x −= lr · m̂ / (√v̂ + ε) with m̂ = m / (1 − β₁ᵗ), v̂ = v / (1 − β₂ᵗ) (Kingma and Ba, "Adam: a
/// method for stochastic optimization", 2015, algorithm 1). Decoupled: g = dx, and x shrinks by
/// lr·λ before it moves (Loshchilov and Hutter, "Decoupled weight decay regularization", 2019,
/// algorithm 2, with PyTorch's scaling by lr). t counts the parameter's own updates. State:
/// "exp_avg" m, "exp_avg_sq" v; values below the smallest normal number become 0.
class Adam : public Optimizer {
 public:
  /// Throws InvalidArgument for options out of range.
  explicit Adam(const std::vector<ParameterGroup>& groups, const AdamOptions& options = {});

 protected:
  void update(std::span<const Moving> parameters) override;

 private:
  AdamOptions options_;
};

/// Adam with decoupled weight decay, PyTorch's 0.01 by default.
class AdamW : public Adam {
 public:
  explicit AdamW(const std::vector<ParameterGroup>& groups,
                 const AdamOptions& options = {.weight_decay = 0.01});
};

}  // namespace limn::optim
