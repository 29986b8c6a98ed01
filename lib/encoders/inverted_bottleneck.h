// The block of MobileNetV2 and EfficientNet-Lite.
#pragma once

#include <memory>

#include "limn/nn/conv_norm.h"

namespace limn::encoders {

struct BottleneckConfig {
  std::int64_t in_channels = 0;
  std::int64_t out_channels = 0;
  std::int64_t expansion = 6;
  std::int64_t kernel = 3;
  std::int64_t stride = 1;
  ops::Padding padding{};  ///< of the depthwise convolution
  nn::BatchNormConfig norm{};
};

/// A 1x1 convolution to expansion · in channels (none when that is 1), a depthwise convolution,
/// both with ReLU6, and a linear 1x1 convolution; plus the input where the shapes are the same
/// (Sandler et al., "MobileNetV2: inverted residuals and linear bottlenecks", 2018, table 1). Not a
/// module itself: the owner registers the layers under the names that its weights have.
class InvertedBottleneck {
 public:
  InvertedBottleneck(const BottleneckConfig& config, Generator& generator);

  Variable forward(const Variable& x, const nn::Pass& pass) const;

  /// nullptr when there is none.
  const nn::ConvNorm* expand() const { return expand_.get(); }
  const nn::ConvNorm& depthwise() const { return *depthwise_; }
  const nn::ConvNorm& project() const { return *project_; }

 private:
  bool residual_;
  std::unique_ptr<nn::ConvNorm> expand_;
  std::unique_ptr<nn::ConvNorm> depthwise_;
  std::unique_ptr<nn::ConvNorm> project_;
};

}  // namespace limn::encoders
