#include "limn/nn/batch_norm2d.h"

#include "core/check.h"

namespace limn::nn {

BatchNorm2d::BatchNorm2d(std::int64_t channels, const BatchNormConfig& config) : config_(config) {
  require(channels >= 1, "BatchNorm2d: at least one channel; got {}", channels);
  weight_ = parameter("weight", Tensor::full(Shape{channels}, 1));
  bias_ = parameter("bias", Tensor::zeros(Shape{channels}));
  running_mean_ = buffer("running_mean", Tensor::zeros(Shape{channels}));
  running_variance_ = buffer("running_var", Tensor::full(Shape{channels}, 1));
}

Variable BatchNorm2d::forward(const Variable& x, const Pass& pass, ops::Cutoff cutoff,
                              const Variable& residual) const {
  Tensor mean = running_mean_;  // shares the storage
  Tensor variance = running_variance_;
  if (pass.training) mark_changed();
  return ops::batch_norm(x, weight_, bias_, mean, variance,
                         {pass.training, config_.momentum, config_.epsilon, cutoff}, residual);
}

}  // namespace limn::nn
