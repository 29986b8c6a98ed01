// The paths of golden/optimizers: the same gradients for every rule.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "limn/optim/optimizer.h"
#include "support/golden.h"

namespace limn::test {

inline Variable parameter_of(const Tensor& value) { return Variable(value.clone(), true); }

/// One group with one parameter, "x".
inline std::vector<optim::ParameterGroup> only(const Variable& x) { return {{{{"x", x}}}}; }

/// One update of `x` along `gradient`.
inline void step(optim::Optimizer& optimizer, const Variable& x, const Tensor& gradient) {
  x.clear_grad();
  x.add_to_grad(gradient.clone());
  optimizer.step();
}

/// The rule for `check_path` of an optimiser with options.
template <class Optimizer, class Options>
auto rule(const Options& options) {
  return [=](const std::vector<optim::ParameterGroup>& groups) {
    return std::make_unique<Optimizer>(groups, options);
  };
}

/// Follows `rule` (a function of the groups that makes the optimiser) in float32 and float64 and
/// compares every point of the path and the state after the last.
template <class Rule>
void check_path(const std::string& rule_name, double rate, const std::vector<std::string>& states,
                const Rule& rule) {
  const SafetensorsFile file(kGolden / "optimizers.safetensors");
  for (const DType dtype : {DType::float32, DType::float64}) {
    const std::string suffix = dtype == DType::float32 ? "" : ".f64";
    const double tolerance = dtype == DType::float32 ? 2e-5 : 1e-12;
    const Tensor path = file.tensor(rule_name + "/path" + suffix);
    const Tensor gradients = file.tensor("gradients").to(dtype);
    const Shape shape = file.shape("start");
    const Variable x = parameter_of(file.tensor("start").to(dtype));
    const auto optimizer = rule(only(x));
    optimizer->set_learning_rate(rate);
    for (std::int64_t t = 0; t < gradients.shape()[0]; ++t) {
      INFO(rule_name << suffix << " step " << t);
      step(*optimizer, x, gradients.rows(t, t + 1).reshaped(shape));
      require_close(x.value(), path.rows(t + 1, t + 2).reshaped(shape), tolerance);
    }
    const auto state = optimizer->state_dict();
    REQUIRE(state.size() == 2 + states.size());
    for (std::size_t i = 0; i < states.size(); ++i) {
      REQUIRE(state[2 + i].first == "x." + states[i]);
      require_close(state[2 + i].second, file.tensor(rule_name + "/state/" + states[i] + suffix),
                    tolerance);
    }
  }
}

}  // namespace limn::test
