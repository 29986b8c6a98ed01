#include "encoders/resnet.h"

#include <fmt/format.h>

#include <cmath>

#include "encoders/map_features.h"
#include "limn/ops/pool2d.h"

namespace limn::encoders {
namespace {

using nn::ConvActivation;
using nn::ConvNorm;

void fill_he(const nn::Module& network, Generator& generator) {
  for (const auto& [name, variable] : network.parameters()) {
    Tensor values = variable.value();  // shares the storage
    if (values.shape().rank() < 4) continue;
    const std::int64_t fan_out = values.elements() / values.shape()[1];
    generator.fill_normal(values, 0, std::sqrt(2 / static_cast<double>(fan_out)));
  }
}

// What a layer of a block is, beside its channels.
struct LayerConfig {
  std::int64_t out_channels;
  std::int64_t kernel;
  std::int64_t stride;
};

std::vector<LayerConfig> layers_of(const ResidualConfig& c) {
  if (c.bottleneck) return {{c.width, 1, 1}, {c.width, 3, c.stride}, {4 * c.width, 1, 1}};
  return {{c.width, 3, c.stride}, {c.width, 3, 1}};
}

std::unique_ptr<ConvNorm> layer(std::int64_t in_channels, const LayerConfig& config,
                                ConvActivation activation, Generator& generator) {
  return std::make_unique<ConvNorm>(
      nn::Conv2dConfig{.in_channels = in_channels,
                       .out_channels = config.out_channels,
                       .kernel = {config.kernel, config.kernel},
                       .options = {.stride = {config.stride, config.stride},
                                   .padding = ops::Padding::around(config.kernel / 2)}},
      nn::BatchNormConfig{}, activation, generator);
}

}  // namespace

ResidualBlock::ResidualBlock(const ResidualConfig& config, Generator& generator) {
  std::int64_t channels = config.in_channels;
  for (const LayerConfig& one : layers_of(config)) {
    layers_.push_back(layer(channels, one, ConvActivation::relu, generator));
    child(fmt::format("conv{}", layers_.size()), layers_.back()->convolution());
    child(fmt::format("bn{}", layers_.size()), layers_.back()->norm());
    channels = one.out_channels;
  }
  if (config.stride == 1 && config.in_channels == channels) return;
  shortcut_ =
      layer(config.in_channels, {channels, 1, config.stride}, ConvActivation::none, generator);
  child("downsample.0", shortcut_->convolution());
  child("downsample.1", shortcut_->norm());
}

Variable ResidualBlock::forward(const Variable& x, const nn::Pass& pass) const {
  const Variable shortcut = shortcut_ == nullptr ? x : shortcut_->forward(x, pass);
  Variable y = x;
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    const bool last = i + 1 == layers_.size();
    const Variable in = y;
    y = layers_[i]->forward(in, pass, last ? shortcut : Variable());
    if (i > 0) in.release_value();
  }
  if (shortcut_ != nullptr) shortcut.release_value();
  return y;
}

ResNet::ResNet(ResNetConfig config, Generator& generator) : config_(std::move(config)) {
  stem_ = layer(3, {features_, 7, 2}, ConvActivation::relu, generator);
  child("conv1", stem_->convolution());
  child("bn1", stem_->norm());
  for (std::size_t stage = 0; stage < config_.blocks.size(); ++stage) {
    for (std::int64_t i = 0; i < config_.blocks[stage]; ++i) {
      const ResidualConfig block{.in_channels = features_,
                                 .width = std::int64_t{64} << stage,
                                 .stride = stage > 0 && i == 0 ? 2 : 1,
                                 .bottleneck = config_.bottleneck};
      blocks_.push_back(std::make_unique<ResidualBlock>(block, generator));
      child(fmt::format("layer{}.{}", stage + 1, i), *blocks_.back());
      features_ = block.out_channels();
    }
  }
  fill_he(*this, generator);
}

nn::Features ResNet::forward(const Variable& images, const nn::Pass& pass) const {
  require_pictures(config_.name, images.shape(), kLeastSide);
  const Variable stem = stem_->forward(images, pass);
  Variable x = ops::max_pool2d(stem, {.kernel = {3, 3}, .stride = {2, 2}, .padding = {1, 1}});
  stem.release_value();
  for (const auto& block : blocks_) {
    const Variable in = x;
    x = block->forward(in, pass);
    in.release_value();
  }
  return map_features(x);
}

std::unique_ptr<Encoder> make_resnet18(Generator& generator) {
  return std::make_unique<ResNet>(ResNetConfig{"resnet18", {2, 2, 2, 2}, false}, generator);
}

std::unique_ptr<Encoder> make_resnet34(Generator& generator) {
  return std::make_unique<ResNet>(ResNetConfig{"resnet34", {3, 4, 6, 3}, false}, generator);
}

std::unique_ptr<Encoder> make_resnet50(Generator& generator) {
  return std::make_unique<ResNet>(ResNetConfig{"resnet50", {3, 4, 6, 3}, true}, generator);
}

std::unique_ptr<Encoder> make_resnet101(Generator& generator) {
  return std::make_unique<ResNet>(ResNetConfig{"resnet101", {3, 4, 23, 3}, true}, generator);
}

std::unique_ptr<Encoder> make_resnet152(Generator& generator) {
  return std::make_unique<ResNet>(ResNetConfig{"resnet152", {3, 8, 36, 3}, true}, generator);
}

}  // namespace limn::encoders
