// Residual networks.
#pragma once

#include <array>
#include <memory>
#include <vector>

#include "limn/encoders/encoder.h"
#include "limn/nn/conv_norm.h"

namespace limn::encoders {

/// Sizes of a residual block.
struct ResidualConfig {
  std::int64_t in_channels = 0;
  std::int64_t width = 0;   ///< channels of its 3x3 convolutions
  std::int64_t stride = 1;  ///< of the first of these
  bool bottleneck = false;  ///< 1x1, 3x3 and 1x1 to four times the width, instead of twice 3x3

  std::int64_t out_channels() const { return bottleneck ? 4 * width : width; }
};

/// y = relu(layers(x) + shortcut(x)); the shortcut is x itself, or a 1x1 convolution where the
/// shapes differ (He et al., "Deep residual learning for image recognition", 2016, equations 1 and
/// 2). Weights have torchvision's names, "conv1", "bn1", …, "downsample.0".
class ResidualBlock : public nn::Module {
 public:
  ResidualBlock(const ResidualConfig& config, Generator& generator);
  Variable forward(const Variable& x, const nn::Pass& pass) const;

 private:
  std::vector<std::unique_ptr<nn::ConvNorm>> layers_;
  std::unique_ptr<nn::ConvNorm> shortcut_;
};

/// A network of table 1 of the paper, the stride of a bottleneck in its 3x3 convolution, as
/// torchvision has it.
struct ResNetConfig {
  std::string name;
  std::array<std::int64_t, 4> blocks;  ///< of each stage
  bool bottleneck;
};

/// Convolutions start as N(0, 2/n), n = O·kh·kw (He et al., "Delving deep into rectifiers", 2015,
/// equation 14).
class ResNet : public Encoder {
 public:
  ResNet(ResNetConfig config, Generator& generator);

  std::string name() const override { return config_.name; }
  vision::Preprocessing own_preprocessing() const override { return {}; }
  bool takes_side(std::int64_t side) const override { return side >= kLeastSide; }
  /// Images at least 32x32; one region for every 32x32 pixels, begun ones included.
  nn::Features forward(const Variable& images, const nn::Pass& pass) const override;
  std::int64_t feature_size() const override { return features_; }
  std::int64_t region_size() const override { return features_; }
  std::vector<std::string> ignored_weights() const override { return {"fc."}; }

 private:
  static constexpr std::int64_t kLeastSide = 32;

  ResNetConfig config_;
  std::int64_t features_ = 64;
  std::unique_ptr<nn::ConvNorm> stem_;
  std::vector<std::unique_ptr<ResidualBlock>> blocks_;
};

std::unique_ptr<Encoder> make_resnet18(Generator& generator);
std::unique_ptr<Encoder> make_resnet34(Generator& generator);
std::unique_ptr<Encoder> make_resnet50(Generator& generator);
std::unique_ptr<Encoder> make_resnet101(Generator& generator);
std::unique_ptr<Encoder> make_resnet152(Generator& generator);

}  // namespace limn::encoders
