// Stochastic gradient descent.
#pragma once

#include "limn/optim/optimizer.h"

namespace limn::optim {

struct SgdOptions {
  double momentum = 0;      ///< μ, in [0, 1)
  double dampening = 0;     ///< of what enters the momentum, in [0, 1]; 0 with Nesterov's
  double weight_decay = 0;  ///< λ, added to the gradient as λ·x
  bool nesterov = false;    ///< needs momentum
};

/// g = dx + λ x, b = μ b + (1 − dampening) g (b = g at first), x −= lr · b; Nesterov's: x −= lr ·
/// (g + μ b) (Sutskever et al., "On the importance of initialization and momentum in deep
/// learning", 2013, equations 1–4, with PyTorch's learning rate outside b). State:
/// "momentum_buffer", none without momentum.
class Sgd : public Optimizer {
 public:
  /// Throws InvalidArgument for options out of range.
  explicit Sgd(const std::vector<ParameterGroup>& groups, const SgdOptions& options = {});

 protected:
  void update(std::span<const Moving> parameters) override;

 private:
  SgdOptions options_;
};

}  // namespace limn::optim
