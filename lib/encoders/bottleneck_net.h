// Networks of inverted bottlenecks: MobileNetV2 and EfficientNet-Lite.
#pragma once

#include <functional>
#include <vector>

#include "encoders/inverted_bottleneck.h"
#include "limn/encoders/encoder.h"

namespace limn::encoders {

/// `repeats` blocks, the first of which has the stride.
struct BottleneckStage {
  std::int64_t kernel;
  std::int64_t stride;
  std::int64_t expansion;
  std::int64_t out_channels;
  std::int64_t repeats;
};

/// The names of a layer's convolution and normalisation in the weights.
struct LayerNames {
  std::string convolution;
  std::string norm;
};

enum class BlockLayer { expand, depthwise, project };

/// What tells one network from another.
struct BottleneckNetConfig {
  std::string name;
  std::vector<BottleneckStage> stages;
  bool same_padding = false;  ///< TensorFlow's; else (kernel − 1) / 2 on every side
  nn::BatchNormConfig norm{};
  LayerNames stem;
  LayerNames head;
  /// Names of a layer of block `index`, 0 is the first; `expands` says whether the block has an
  /// expansion.
  std::function<LayerNames(std::int64_t index, BlockLayer layer, bool expands)> block;
  std::vector<std::string> classifier;  ///< prefixes to ignore
  vision::Preprocessing preprocessing{};
};

/// A 3x3 convolution with stride 2 to 32 channels, the stages, a 1x1 convolution to 1280 channels.
class BottleneckNet : public Encoder {
 public:
  BottleneckNet(BottleneckNetConfig config, Generator& generator);

  std::string name() const override { return config_.name; }
  vision::Preprocessing own_preprocessing() const override { return config_.preprocessing; }
  bool takes_side(std::int64_t side) const override { return side >= kLeastSide; }
  /// Images at least 32x32; one region for every 32x32 pixels.
  nn::Features forward(const Variable& images, const nn::Pass& pass) const override;
  std::int64_t feature_size() const override { return kFeatures; }
  std::int64_t region_size() const override { return kFeatures; }
  std::vector<std::string> ignored_weights() const override { return config_.classifier; }

 private:
  static constexpr std::int64_t kFeatures = 1280;
  static constexpr std::int64_t kLeastSide = 32;
  ops::Padding padding(std::int64_t kernel) const;
  void add_stages(Generator& generator);
  void name_layers();
  void name_layer(const LayerNames& names, const nn::ConvNorm& layer);

  BottleneckNetConfig config_;
  std::unique_ptr<nn::ConvNorm> stem_;
  std::vector<std::unique_ptr<InvertedBottleneck>> blocks_;
  std::unique_ptr<nn::ConvNorm> head_;
};

std::unique_ptr<Encoder> make_efficientnet_lite0(Generator& generator);
std::unique_ptr<Encoder> make_mobilenet_v2(Generator& generator);

}  // namespace limn::encoders
