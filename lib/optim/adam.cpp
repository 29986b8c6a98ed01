#include "limn/optim/adam.h"

#include <cmath>

#include "core/check.h"
#include "kernels/adam.h"

namespace limn::optim {
namespace {

AdamOptions decoupled(AdamOptions options) {
  options.decoupled = true;
  return options;
}

}  // namespace

Adam::Adam(const std::vector<ParameterGroup>& groups, const AdamOptions& options)
    : Optimizer(groups, {"exp_avg", "exp_avg_sq"}), options_(options) {
  require(options.beta1 >= 0 && options.beta1 < 1 && options.beta2 >= 0 && options.beta2 < 1,
          "Adam: beta1 and beta2 must be in [0, 1); got {} and {}", options.beta1, options.beta2);
  require(options.epsilon > 0, "Adam: epsilon must be above 0; got {}", options.epsilon);
  require(options.weight_decay >= 0, "Adam: weight_decay must be >= 0; got {}",
          options.weight_decay);
}

void Adam::update(std::span<const Moving> parameters) {
  const double decay = options_.weight_decay;
  const kernels::AdamRule rule = {.beta1 = options_.beta1,
                                  .beta2 = options_.beta2,
                                  .epsilon = options_.epsilon,
                                  .weight_decay = options_.decoupled ? 0 : decay};
  const auto run = [&]<class T>() {
    std::vector<kernels::AdamParameter<T>> list;
    for (const Moving& moving : parameters) {
      if (moving.value.dtype() != dtype_of<T>) continue;
      Tensor value = moving.value;
      const auto t = static_cast<double>(moving.steps);
      list.push_back({.n = value.elements(),
                      .x = value.data<T>(),
                      .dx = moving.gradient.data<T>(),
                      .mean = moving.state[0].data<T>(),
                      .square = moving.state[1].data<T>(),
                      .rate = moving.learning_rate / (1 - std::pow(options_.beta1, t)),
                      .square_factor = 1 / (1 - std::pow(options_.beta2, t)),
                      .shrink = options_.decoupled ? 1 - moving.learning_rate * decay : 1});
    }
    kernels::adam<T>(rule, list);
  };
  run.operator()<float>();
  run.operator()<double>();
}

AdamW::AdamW(const std::vector<ParameterGroup>& groups, const AdamOptions& options)
    : Adam(groups, decoupled(options)) {}

}  // namespace limn::optim
