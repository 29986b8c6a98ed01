#include <fmt/format.h>

#include "encoders/bottleneck_net.h"

namespace limn::encoders {
namespace {

// torchvision's: conv.0 is the expansion (0 convolution, 1 norm) if there is one, then comes the
// depthwise layer in the same form, then the projection and its norm side by side.
LayerNames torchvision_names(std::int64_t index, BlockLayer layer, bool expands) {
  const std::string block = fmt::format("features.{}.conv.", index + 1);
  const int depthwise = expands ? 1 : 0;
  switch (layer) {
    case BlockLayer::expand: return {block + "0.0", block + "0.1"};
    case BlockLayer::depthwise:
      return {fmt::format("{}{}.0", block, depthwise), fmt::format("{}{}.1", block, depthwise)};
    case BlockLayer::project:
      return {fmt::format("{}{}", block, depthwise + 1), fmt::format("{}{}", block, depthwise + 2)};
  }
  return {};
}

}  // namespace

std::unique_ptr<Encoder> make_mobilenet_v2(Generator& generator) {
  return std::make_unique<BottleneckNet>(
      BottleneckNetConfig{.name = "mobilenet_v2",
                          .stages = {{3, 1, 1, 16, 1},
                                     {3, 2, 6, 24, 2},
                                     {3, 2, 6, 32, 3},
                                     {3, 2, 6, 64, 4},
                                     {3, 1, 6, 96, 3},
                                     {3, 2, 6, 160, 3},
                                     {3, 1, 6, 320, 1}},
                          .stem = {"features.0.0", "features.0.1"},
                          .head = {"features.18.0", "features.18.1"},
                          .block = torchvision_names,
                          .classifier = {"classifier."}},
      generator);
}

}  // namespace limn::encoders
