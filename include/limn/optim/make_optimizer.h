// Optimisers by name, for recipes.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "limn/core/options.h"
#include "limn/optim/optimizer.h"

namespace limn::optim {

/// What `make_optimizer` builds; values an optimiser has no use for are ignored.
struct OptimizerConfig {
  std::string name = "adam";  ///< "adam", "adamw", "sgd"
  double beta1 = 0.9;         ///< adam, adamw
  double beta2 = 0.999;       ///< adam, adamw
  double epsilon = 1e-8;      ///< adam, adamw
  double weight_decay = 0;    ///< adamw: decoupled; others: added to the gradient
  double momentum = 0;        ///< sgd
  bool nesterov = false;      ///< sgd
};
/// Keys without a section: "name", "beta1" …
std::vector<Option> options_of(OptimizerConfig& config);

/// Throws InvalidArgument for an unknown name and for values out of range.
std::unique_ptr<Optimizer> make_optimizer(const OptimizerConfig& config,
                                          std::vector<ParameterGroup> groups);

}  // namespace limn::optim
