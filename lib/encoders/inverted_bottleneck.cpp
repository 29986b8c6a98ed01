#include "encoders/inverted_bottleneck.h"

namespace limn::encoders {

using nn::ConvActivation;
using nn::ConvNorm;

InvertedBottleneck::InvertedBottleneck(const BottleneckConfig& c, Generator& generator)
    : residual_(c.stride == 1 && c.in_channels == c.out_channels) {
  const std::int64_t wide = c.in_channels * c.expansion;
  if (c.expansion != 1) {
    expand_ = std::make_unique<ConvNorm>(
        nn::Conv2dConfig{.in_channels = c.in_channels, .out_channels = wide, .kernel = {1, 1}},
        c.norm, ConvActivation::relu6, generator);
  }
  depthwise_ = std::make_unique<ConvNorm>(
      nn::Conv2dConfig{
          .in_channels = wide,
          .out_channels = wide,
          .kernel = {c.kernel, c.kernel},
          .options = {.stride = {c.stride, c.stride}, .padding = c.padding, .groups = wide}},
      c.norm, ConvActivation::relu6, generator);
  project_ = std::make_unique<ConvNorm>(
      nn::Conv2dConfig{.in_channels = wide, .out_channels = c.out_channels, .kernel = {1, 1}},
      c.norm, ConvActivation::none, generator);
}

Variable InvertedBottleneck::forward(const Variable& x, const nn::Pass& pass) const {
  const Variable wide = expand_ == nullptr ? x : expand_->forward(x, pass);
  const Variable mixed = depthwise_->forward(wide, pass);
  if (expand_ != nullptr) wide.release_value();
  const Variable y = project_->forward(mixed, pass, residual_ ? x : Variable());
  mixed.release_value();
  return y;
}

}  // namespace limn::encoders
