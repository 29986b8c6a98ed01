#include "limn/optim/optimizer_config.h"

#include "core/check.h"
#include "limn/optim/adam.h"
#include "limn/optim/sgd.h"

namespace limn::optim {

std::vector<Option> options_of(OptimizerConfig& config) {
  return {{"name", &config.name, "rule of the updates", {"adam", "adamw", "sgd"}},
          {"beta1", &config.beta1, "adam, adamw: decay of the mean gradient, [0, 1)"},
          {"beta2", &config.beta2, "adam, adamw: decay of the mean squared gradient, [0, 1)"},
          {"epsilon", &config.epsilon, "adam, adamw: added to the root, above 0"},
          {"weight_decay", &config.weight_decay,
           "pull to 0: added to the gradient; adamw: times the learning rate off the weights"},
          {"momentum", &config.momentum, "sgd: share of the last direction that is kept, [0, 1)"},
          {"nesterov", &config.nesterov, "sgd: look ahead along the momentum"}};
}

std::unique_ptr<Optimizer> make_optimizer(const OptimizerConfig& config,
                                          const std::vector<ParameterGroup>& groups) {
  if (config.name == "sgd") {
    return std::make_unique<Sgd>(groups, SgdOptions{.momentum = config.momentum,
                                                    .weight_decay = config.weight_decay,
                                                    .nesterov = config.nesterov});
  }
  require(config.name == "adam" || config.name == "adamw",
          "make_optimizer: name must be one of adam, adamw, sgd; got \"{}\"", config.name);
  return std::make_unique<Adam>(groups, AdamOptions{.beta1 = config.beta1,
                                                    .beta2 = config.beta2,
                                                    .epsilon = config.epsilon,
                                                    .weight_decay = config.weight_decay,
                                                    .decoupled = config.name == "adamw"});
}

}  // namespace limn::optim
