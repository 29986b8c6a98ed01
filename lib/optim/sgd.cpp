#include "limn/optim/sgd.h"

#include "core/check.h"
#include "kernels/sgd.h"
#include "limn/core/dispatch.h"

namespace limn::optim {

Sgd::Sgd(const std::vector<ParameterGroup>& groups, const SgdOptions& options)
    : Optimizer(groups, options.momentum == 0 ? std::vector<std::string>{}
                                              : std::vector<std::string>{"momentum_buffer"}),
      options_(options) {
  require(options.momentum >= 0 && options.momentum < 1, "Sgd: momentum must be in [0, 1); got {}",
          options.momentum);
  require(options.dampening >= 0 && options.dampening <= 1,
          "Sgd: dampening must be in [0, 1]; got {}", options.dampening);
  require(options.weight_decay >= 0, "Sgd: weight_decay must be >= 0; got {}",
          options.weight_decay);
  require(!options.nesterov || (options.momentum > 0 && options.dampening == 0),
          "Sgd: nesterov needs momentum above 0 and dampening 0; got {} and {}", options.momentum,
          options.dampening);
}

void Sgd::update(std::span<const Moving> parameters) {
  const kernels::SgdRule rule = {.weight_decay = options_.weight_decay,
                                 .from_gradient = options_.nesterov ? 1.0 : 0.0,
                                 .from_momentum = options_.nesterov ? options_.momentum : 1.0};
  const auto run = [&]<class T>() {
    std::vector<kernels::SgdParameter<T>> list;
    for (const Moving& moving : parameters) {
      if (moving.value.dtype() != dtype_of<T>) continue;
      Tensor value = moving.value;
      list.push_back({.n = value.elements(),
                      .x = value.data<T>(),
                      .dx = moving.gradient.data<T>(),
                      .momentum = moving.state.empty() ? nullptr : moving.state[0].data<T>(),
                      .rate = moving.learning_rate,
                      .keep = options_.momentum,
                      .gain = moving.steps == 1 ? 1 : 1 - options_.dampening});
    }
    kernels::sgd<T>(rule, list);
  };
  run.operator()<float>();
  run.operator()<double>();
}

}  // namespace limn::optim
