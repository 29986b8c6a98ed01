#include "encoders/bottleneck_net.h"

#include "encoders/map_features.h"

namespace limn::encoders {

using nn::ConvActivation;
using nn::ConvNorm;

BottleneckNet::BottleneckNet(BottleneckNetConfig config, Generator& generator)
    : config_(std::move(config)) {
  stem_ = std::make_unique<ConvNorm>(
      nn::Conv2dConfig{.in_channels = 3,
                       .out_channels = 32,
                       .options = {.stride = {2, 2}, .padding = padding(3)}},
      config_.norm, ConvActivation::relu6, generator);
  add_stages(generator);
  head_ =
      std::make_unique<ConvNorm>(nn::Conv2dConfig{.in_channels = config_.stages.back().out_channels,
                                                  .out_channels = kFeatures,
                                                  .kernel = {1, 1}},
                                 config_.norm, ConvActivation::relu6, generator);
  name_layers();
}

ops::Padding BottleneckNet::padding(std::int64_t kernel) const {
  return config_.same_padding ? ops::Padding::like_tensorflow()
                              : ops::Padding::around((kernel - 1) / 2);
}

void BottleneckNet::add_stages(Generator& generator) {
  std::int64_t channels = 32;
  for (const BottleneckStage& stage : config_.stages) {
    for (std::int64_t repeat = 0; repeat < stage.repeats; ++repeat) {
      blocks_.push_back(std::make_unique<InvertedBottleneck>(
          BottleneckConfig{.in_channels = channels,
                           .out_channels = stage.out_channels,
                           .expansion = stage.expansion,
                           .kernel = stage.kernel,
                           .stride = repeat == 0 ? stage.stride : 1,
                           .padding = padding(stage.kernel),
                           .norm = config_.norm},
          generator));
      channels = stage.out_channels;
    }
  }
}

void BottleneckNet::name_layer(const LayerNames& names, const ConvNorm& layer) {
  child(names.convolution, layer.convolution());
  child(names.norm, layer.norm());
}

void BottleneckNet::name_layers() {
  name_layer(config_.stem, *stem_);
  for (std::size_t i = 0; i < blocks_.size(); ++i) {
    const InvertedBottleneck& block = *blocks_[i];
    const bool expands = block.expand() != nullptr;
    const auto names = [&](BlockLayer layer) {
      return config_.block(static_cast<std::int64_t>(i), layer, expands);
    };
    if (expands) name_layer(names(BlockLayer::expand), *block.expand());
    name_layer(names(BlockLayer::depthwise), block.depthwise());
    name_layer(names(BlockLayer::project), block.project());
  }
  name_layer(config_.head, *head_);
}

nn::Features BottleneckNet::forward(const Variable& images, const nn::Pass& pass) const {
  require_pictures(config_.name, images.shape(), kLeastSide);
  Variable x = stem_->forward(images, pass);
  for (const auto& block : blocks_) {
    const Variable in = x;
    x = block->forward(in, pass);
    in.release_value();
  }
  return map_features(head_->forward(x, pass));
}

}  // namespace limn::encoders
