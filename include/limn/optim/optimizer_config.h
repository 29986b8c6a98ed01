// Optimisers by name, for recipes.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "limn/core/options.h"
#include "limn/optim/optimizer.h"

namespace limn::optim {

/// What is not of the named optimiser is not looked at.
struct OptimizerConfig {
  std::string name = "adam";  ///< "adam", "adamw", "sgd"
  double beta1 = 0.9;         ///< Adam's, AdamW's
  double beta2 = 0.999;
  double epsilon = 1e-8;
  double weight_decay = 0;  ///< of all; decoupled and scaled by the learning rate in AdamW
  double momentum = 0;      ///< SGD's
  bool nesterov = false;
};
std::vector<Option> options_of(OptimizerConfig& config);

/// Throws InvalidArgument for an unknown name or values out of range.
std::unique_ptr<Optimizer> make_optimizer(const OptimizerConfig& config,
                                          const std::vector<ParameterGroup>& groups);

}  // namespace limn::optim
