// Networks of convolutions put together anew, in double, out of operations one by one: what their
// gradients are compared with.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "limn/nn/module.h"
#include "limn/ops/batch_norm.h"
#include "limn/ops/conv2d.h"
#include "support/golden.h"
#include "support/gradients.h"
#include "support/tensors.h"
#include "support/threads.h"

namespace limn::test {

/// Gives a module random weights and statistics.
inline void randomize(nn::Module& module) {
  std::map<std::string, Tensor> state;
  for (const auto& [name, tensor] : module.state_dict()) {
    const double least = name.ends_with("running_var") ? 0.5 : -1;
    state[name] = random_floats(tensor.shape(), state.size() + 2, least, 2);
  }
  module.load_state_dict(state);
}

/// What a module has, by name.
struct PlainState {
  bool training;
  std::map<std::string, Variable> parameters;
  std::map<std::string, Tensor> statistics;
};

/// The normalisation `norm` of the convolution, without bias, `convolution`.
inline Variable plain_conv_norm(PlainState& state, const std::string& convolution,
                                const std::string& norm, const Variable& x,
                                const ops::Conv2dOptions& options = {}) {
  return ops::batch_norm(ops::conv2d(x, state.parameters.at(convolution + ".weight"), {}, options),
                         state.parameters.at(norm + ".weight"), state.parameters.at(norm + ".bias"),
                         state.statistics.at(norm + ".running_mean"),
                         state.statistics.at(norm + ".running_var"), {.training = state.training});
}

/// A module, and what it computes put together anew.
struct Network {
  const nn::Module& module;
  std::function<Variable(const Variable& x, const nn::Pass&)> forward;
  std::function<Variable(const Variable& x, PlainState&)> plain;
};

inline void require_plain_gradients(const Network& network, const Tensor& x, bool training) {
  INFO("training " << training);
  const auto& parameters = network.module.parameters();
  std::vector<Tensor> inputs = {x.to(DType::float64)};
  for (const auto& [name, variable] : parameters)
    inputs.push_back(variable.value().to(DType::float64));
  std::map<std::string, Tensor> statistics;
  for (const auto& [name, tensor] : network.module.buffers())
    statistics[name] = tensor.to(DType::float64);
  const auto plain = [&](const std::vector<Variable>& in) {
    PlainState state{training, {}, {}};
    for (std::size_t i = 0; i < parameters.size(); ++i)
      state.parameters[parameters[i].first] = in[i + 1];
    for (const auto& [name, tensor] : statistics) state.statistics[name] = tensor.clone();
    return network.plain(in[0], state);
  };
  require_gradients(plain, inputs);

  std::vector<Variable> in;
  for (const Tensor& input : inputs) in.emplace_back(input, true);
  const Variable mine(x, true);
  const Variable expected = plain(in), y = network.forward(mine, {.training = training});
  require_close(y.value(), expected.value(), 1e-5);
  const Tensor cotangent = random_tensor(expected.shape(), 1);
  network.module.clear_grad();
  backward(expected, cotangent);
  backward(y, cotangent.to(DType::float32));
  require_close(mine.grad(), in[0].grad(), 1e-4);
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    INFO(parameters[i].first);
    require_close(parameters[i].second.grad(), in[i + 1].grad(), 1e-4);
  }
}

/// In training and in evaluation `forward` gives what `plain` gives and, to x and every parameter,
/// its gradients, which hold against central differences.
inline void require_plain_gradients(const Network& network, const Tensor& x) {
  const ThreadCount one(1);  // more would only wait for each other
  for (const bool training : {false, true}) require_plain_gradients(network, x, training);
}

}  // namespace limn::test
