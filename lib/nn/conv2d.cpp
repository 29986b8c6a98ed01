#include "limn/nn/conv2d.h"

#include <algorithm>
#include <cmath>

#include "core/check.h"

namespace limn::nn {

Conv2d::Conv2d(const Conv2dConfig& config, Generator& generator) : config_(config) {
  const std::int64_t groups = config.options.groups;
  require(std::min({config.in_channels, config.out_channels, config.kernel[0], config.kernel[1],
                    groups}) >= 1 &&
              config.in_channels % groups == 0 && config.out_channels % groups == 0,
          "Conv2d: channels, kernel and groups must be at least 1 and groups divide the channels; "
          "got {} to {} channels, kernel [{}, {}], {} groups",
          config.in_channels, config.out_channels, config.kernel[0], config.kernel[1], groups);
  const std::int64_t inputs = config.in_channels / groups;
  const double bound =
      1 / std::sqrt(static_cast<double>(inputs * config.kernel[0] * config.kernel[1]));
  Tensor weight(Shape{config.out_channels, inputs, config.kernel[0], config.kernel[1]});
  generator.fill_uniform(weight, -bound, bound);
  weight_ = parameter("weight", weight);
  if (config.bias) {
    Tensor bias(Shape{config.out_channels});
    generator.fill_uniform(bias, -bound, bound);
    bias_ = parameter("bias", bias);
  }
}

Variable Conv2d::forward(const Variable& x) const {
  return ops::conv2d(x, weight_, bias_, config_.options);
}

}  // namespace limn::nn
