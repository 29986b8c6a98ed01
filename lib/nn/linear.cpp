#include "limn/nn/linear.h"

#include <algorithm>
#include <cmath>

#include "core/check.h"
#include "limn/ops/linear.h"

namespace limn::nn {

Linear::Linear(const LinearConfig& config, Generator& generator) {
  require(std::min(config.inputs, config.outputs) >= 1,
          "Linear: inputs and outputs must be at least 1; got {} and {}", config.inputs,
          config.outputs);
  const double bound = 1 / std::sqrt(static_cast<double>(config.inputs));
  Tensor weight(Shape{config.outputs, config.inputs});
  generator.fill_uniform(weight, -bound, bound);
  weight_ = parameter("weight", weight);
  if (config.bias) {
    Tensor bias(Shape{config.outputs});
    generator.fill_uniform(bias, -bound, bound);
    bias_ = parameter("bias", bias);
  }
}

Variable Linear::forward(const Variable& x) const { return ops::linear(x, weight_, bias_); }

}  // namespace limn::nn
