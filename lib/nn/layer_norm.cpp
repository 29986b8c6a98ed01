#include "limn/nn/layer_norm.h"

#include "core/check.h"

namespace limn::nn {

LayerNorm::LayerNorm(const LayerNormConfig& config) : options_(config.options) {
  require(config.width >= 1, "LayerNorm: the width must be at least 1; got {}", config.width);
  weight_ = parameter(config.weight, Tensor::full(Shape{config.width}, 1));
  bias_ = parameter(config.bias, Tensor::zeros(Shape{config.width}));
}

Variable LayerNorm::forward(const Variable& x) const {
  return ops::layer_norm(x, weight_, bias_, options_);
}

}  // namespace limn::nn
