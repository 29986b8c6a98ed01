#include "encoders/small_cnn.h"

#include <fmt/format.h>

#include "core/check.h"
#include "limn/ops/reshape.h"

namespace limn::encoders {
namespace {

struct Layer {
  std::int64_t widening;  // channels, times those of the first layer
  std::int64_t stride;
};

constexpr Layer kLayers[] = {{1, 2}, {2, 2}, {2, 2}, {2, 1}};
constexpr std::int64_t kReduction = 8;  // of the side

}  // namespace

std::vector<Option> options_of(SmallCnnOptions& options) {
  return {{"side", &options.side, "pixels of the square pictures, in [16, 512]"},
          {"width", &options.width, "channels of the first of four layers, in [1, 1024]"}};
}

SmallCnn::SmallCnn(const SmallCnnOptions& options, Generator& generator) : options_(options) {
  require(options.side >= 16 && options.side <= 512 && options.width >= 1 && options.width <= 1024,
          "small_cnn: side must be in [16, 512] and width in [1, 1024]; got {} and {}",
          options.side, options.width);
  std::int64_t channels = 3;
  for (const Layer& layer : kLayers) {
    const nn::Conv2dConfig convolution{
        .in_channels = channels,
        .out_channels = layer.widening * options.width,
        .options = {.stride = {layer.stride, layer.stride}, .padding = ops::Padding::around(1)}};
    layers_.push_back(std::make_unique<nn::ConvNorm>(convolution, nn::BatchNormConfig{},
                                                     nn::ConvActivation::relu, generator));
    channels = convolution.out_channels;
    const std::string name = fmt::format("layers.{}.", layers_.size() - 1);
    child(name + "conv", layers_.back()->convolution());
    child(name + "norm", layers_.back()->norm());
  }
}

std::map<std::string, std::string> SmallCnn::options() const {
  SmallCnnOptions options = options_;
  const auto texts = option_texts(options_of(options));
  return {texts.begin(), texts.end()};
}

vision::Preprocessing SmallCnn::own_preprocessing() const {
  return {.shorter = options_.side,
          .crop = options_.side,
          .mean = {0.5, 0.5, 0.5},
          .deviation = {0.5, 0.5, 0.5}};
}

std::int64_t SmallCnn::feature_size() const {
  const std::int64_t side = (options_.side + kReduction - 1) / kReduction;
  return side * side * region_size();
}

nn::Features SmallCnn::forward(const Variable& images, const nn::Pass& pass) const {
  const Shape& shape = images.shape();
  require(shape.rank() == 4 && shape == Shape{shape[0], options_.side, options_.side, 3},
          "small_cnn: images must be [B, {}, {}, 3]; got {}", options_.side, options_.side, shape);
  Variable x = images;
  for (const auto& layer : layers_) x = layer->forward(x, pass);
  const Shape& map = x.shape();
  return {.global = ops::reshape(x, Shape{map[0], feature_size()}),
          .regions = ops::reshape(x, Shape{map[0], map[1] * map[2], map[3]}),
          .mask = {}};
}

}  // namespace limn::encoders
