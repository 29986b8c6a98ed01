#include "limn/nn/recurrent.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "core/check.h"
#include "limn/nn/dropout.h"
#include "limn/ops/linear.h"

namespace limn::nn {
namespace {

std::int64_t gates_of(Cell cell) {
  switch (cell) {
    case Cell::rnn: return 1;
    case Cell::gru: return 3;
    case Cell::lstm: return 4;
  }
  return 0;
}

void check(const RecurrentConfig& config) {
  require(std::min({config.inputs, config.hidden, config.layers}) >= 1,
          "Recurrent: inputs, hidden and layers must be at least 1; got {}, {}, {}", config.inputs,
          config.hidden, config.layers);
  require(config.dropout >= 0 && config.dropout < 1, "Recurrent: dropout must be in [0, 1); got {}",
          config.dropout);
}

}  // namespace

Recurrent::Recurrent(const RecurrentConfig& config, Generator& generator) : config_(config) {
  check(config);
  const std::int64_t rows = gates_of(config.cell) * config.hidden;
  const double bound = 1 / std::sqrt(static_cast<double>(config.hidden));
  for (std::int64_t layer = 0; layer < config.layers; ++layer) {
    const auto uniform = [&](const char* name, const Shape& shape) {
      Tensor tensor(shape);
      generator.fill_uniform(tensor, -bound, bound);
      return parameter(name + std::to_string(layer), tensor);
    };
    ops::RecurrentWeights weights;
    weights.w_ih = uniform("weight_ih_l", Shape{rows, layer == 0 ? config.inputs : config.hidden});
    weights.w_hh = uniform("weight_hh_l", Shape{rows, config.hidden});
    if (config.bias) {
      weights.b_ih = uniform("bias_ih_l", Shape{rows});
      weights.b_hh = uniform("bias_hh_l", Shape{rows});
    }
    layers_.push_back(std::move(weights));
  }
}

std::int64_t Recurrent::state_size() const {
  return config_.layers * (config_.cell == Cell::lstm ? 2 : 1);
}

Recurrent::Result Recurrent::forward(const Variable& x, const Packing& packing, const State& state,
                                     const Pass& pass) const {
  return run(x, packing, state, pass, false);
}

Variable Recurrent::read(const Variable& x) const {
  return ops::linear(x, layers_.front().w_ih, {});
}

// The first layer multiplies x by W_ih unless `was_read`.
Recurrent::Result Recurrent::run(const Variable& x, const Packing& packing, const State& state,
                                 const Pass& pass, bool was_read) const {
  require(state.empty() || std::ssize(state) == state_size(),
          "Recurrent: {} layers have a state of {} tensors; got {}", config_.layers, state_size(),
          state.size());
  const auto before = [&](std::size_t i) { return state.empty() ? Variable() : state[i]; };
  Result result{x, {}};
  for (std::size_t layer = 0; layer < layers_.size(); ++layer) {
    const Variable input = layer == 0 ? x : dropout(result.output, config_.dropout, pass);
    ops::RecurrentWeights weights = layers_[layer];
    if (layer == 0 && was_read) weights.w_ih = {};
    const std::size_t at = result.state.size();
    if (config_.cell == Cell::lstm) {
      const ops::LstmResult after =
          ops::lstm(input, packing, weights, before(at), before(at + 1), {config_.forget_bias});
      result.output = after.output;
      result.state.insert(result.state.end(), {after.h, after.c});
    } else {
      const auto function = config_.cell == Cell::gru ? ops::gru : ops::rnn;
      const ops::RnnResult after = function(input, packing, weights, before(at));
      result.output = after.output;
      result.state.push_back(after.h);
    }
  }
  return result;
}

Recurrent::Result Recurrent::step(const Variable& x, const State& state, const Pass& pass) const {
  require(x.shape().rank() == 2, "Recurrent: a step needs x [B, E]; got {}", x.shape());
  return step_read(read(x), state, pass);
}

Recurrent::Result Recurrent::step_read(const Variable& read, const State& state,
                                       const Pass& pass) const {
  require(read.shape().rank() == 2, "Recurrent: a step needs what was read [B, G·D]; got {}",
          read.shape());
  const std::vector<std::int64_t> ones(static_cast<std::size_t>(read.shape()[0]), 1);
  return run(read, Packing::of(ones), state, pass, true);
}

}  // namespace limn::nn
