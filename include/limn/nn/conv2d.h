// Convolution with its parameters.
#pragma once

#include <array>
#include <cstdint>

#include "limn/nn/module.h"
#include "limn/ops/conv2d.h"

namespace limn::nn {

struct Conv2dConfig {
  std::int64_t in_channels = 0;
  std::int64_t out_channels = 0;
  std::array<std::int64_t, 2> kernel{3, 3};  ///< {vertical, horizontal}
  ops::Conv2dOptions options{};
  bool bias = true;
};

/// ops::conv2d with "weight" [O, C/groups, kh, kw] and, if asked for, "bias" [O]; both start as
/// U(−1/√n, 1/√n), n = C/groups·kh·kw (PyTorch's default).
class Conv2d : public Module {
 public:
  /// Throws InvalidArgument when a size is below 1 or the groups do not divide the channels.
  Conv2d(const Conv2dConfig& config, Generator& generator);

  /// x [B, H, W, C] to [B, H', W', O].
  Variable forward(const Variable& x) const;

  const Conv2dConfig& config() const { return config_; }
  const Variable& weight() const { return weight_; }

 private:
  Conv2dConfig config_;
  Variable weight_;
  Variable bias_;
};

}  // namespace limn::nn
