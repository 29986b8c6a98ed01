// Convolution, batch normalisation and activation as one layer.
#pragma once

#include <memory>
#include <mutex>

#include "limn/nn/batch_norm2d.h"
#include "limn/nn/conv2d.h"

namespace limn::nn {

using ConvActivation = ops::Cutoff;

/// y = activation(norm(convolution(x)) + residual). In training, and wherever a gradient is wanted,
/// these are two operations one after the other. In inference (no gradient is recorded or
/// wanted) the normalisation is folded into packed weights, and bias, residual and activation into
/// the write-back of the product; of frozen parameters the packed weights are kept until the
/// modules' `version()` changes. Not a module itself: who owns it registers `convolution()` and
/// `norm()` under the names that the weights have.
class ConvNorm {
 public:
  /// `convolution.bias` is taken as false.
  ConvNorm(Conv2dConfig convolution, const BatchNormConfig& norm, ConvActivation activation,
           Generator& generator);
  ~ConvNorm();

  const Conv2d& convolution() const { return convolution_; }
  const BatchNorm2d& norm() const { return norm_; }

  /// x [B, H, W, C] to [B, H', W', O]; `residual` [as the result] may be undefined.
  Variable forward(const Variable& x, const Pass& pass, const Variable& residual = {}) const;

 private:
  struct Folded;
  std::shared_ptr<const Folded> fold() const;
  std::shared_ptr<const Folded> folded() const;

  Conv2d convolution_;
  BatchNorm2d norm_;
  ConvActivation activation_;
  mutable std::mutex mutex_;
  mutable std::shared_ptr<const Folded> folded_;
};

}  // namespace limn::nn
