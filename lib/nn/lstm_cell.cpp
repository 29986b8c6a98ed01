#include "limn/nn/lstm_cell.h"

#include <algorithm>
#include <cmath>

#include "core/check.h"
#include "limn/ops/arithmetic.h"
#include "limn/ops/linear.h"
#include "limn/ops/recurrent_cell.h"

namespace limn::nn {

LstmCell::LstmCell(const LstmCellConfig& config, Generator& generator)
    : forget_bias_(config.forget_bias) {
  require(std::min(config.inputs, config.hidden) >= 1,
          "LstmCell: inputs and hidden must be at least 1; got {} and {}", config.inputs,
          config.hidden);
  const double bound = 1 / std::sqrt(static_cast<double>(config.hidden));
  const auto uniform = [&](const char* name, const Shape& shape) {
    Tensor tensor(shape);
    generator.fill_uniform(tensor, -bound, bound);
    return parameter(name, tensor);
  };
  const std::int64_t gates = 4 * config.hidden;
  weight_ih_ = uniform("weight_ih", Shape{gates, config.inputs});
  weight_hh_ = uniform("weight_hh", Shape{gates, config.hidden});
  bias_ih_ = uniform("bias_ih", Shape{gates});
  bias_hh_ = uniform("bias_hh", Shape{gates});
}

Variable LstmCell::part(const Variable& x, std::int64_t first) const {
  return ops::linear_part(x, weight_ih_, first, first == 0 ? bias_ih_ : Variable());
}

LstmCell::State LstmCell::step(const Variable& parts, const State& state) const {
  const Variable gates = ops::add(parts, ops::linear(state.h, weight_hh_, bias_hh_));
  const auto [h, c] = ops::lstm_cell(gates, state.c, forget_bias_);
  return {h, c};
}

}  // namespace limn::nn
