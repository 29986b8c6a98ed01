#include <fmt/format.h>

#include "encoders/bottleneck_net.h"

namespace limn::encoders {
namespace {

LayerNames timm_names(std::int64_t index, BlockLayer layer, bool) {
  const std::string block = fmt::format("_blocks.{}.", index);
  switch (layer) {
    case BlockLayer::expand: return {block + "_expand_conv", block + "_bn0"};
    case BlockLayer::depthwise: return {block + "_depthwise_conv", block + "_bn1"};
    case BlockLayer::project: return {block + "_project_conv", block + "_bn2"};
  }
  return {};
}

}  // namespace

std::unique_ptr<Encoder> make_efficientnet_lite0(Generator& generator) {
  return std::make_unique<BottleneckNet>(
      BottleneckNetConfig{.name = "efficientnet_lite0",
                          .stages = {{3, 1, 1, 16, 1},
                                     {3, 2, 6, 24, 2},
                                     {5, 2, 6, 40, 2},
                                     {3, 2, 6, 80, 3},
                                     {5, 1, 6, 112, 3},
                                     {5, 2, 6, 192, 4},
                                     {3, 1, 6, 320, 1}},
                          .same_padding = true,
                          .norm = {.momentum = 0.01, .epsilon = 1e-3},
                          .stem = {"_conv_stem", "_bn0"},
                          .head = {"_conv_head", "_bn1"},
                          .block = timm_names,
                          .classifier = {"_fc."},
                          // (byte − 127) / 128
                          .preprocessing = {.mean = {127 / 255.0, 127 / 255.0, 127 / 255.0},
                                            .deviation = {128 / 255.0, 128 / 255.0, 128 / 255.0}}},
      generator);
}

}  // namespace limn::encoders
