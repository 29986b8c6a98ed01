// Two-dimensional convolution of channels-last pictures.
#pragma once

#include <array>
#include <cstdint>

#include "limn/autograd/variable.h"

namespace limn::ops {

/// Zeros around a picture.
struct Padding {
  std::int64_t top = 0;
  std::int64_t bottom = 0;
  std::int64_t left = 0;
  std::int64_t right = 0;
  /// TensorFlow's "same": output = ceil(input / stride), an odd row or column of zeros goes behind;
  /// the four numbers are ignored.
  bool same = false;

  /// `vertical` rows above and below, `horizontal` columns left and right (PyTorch's padding).
  static Padding around(std::int64_t vertical, std::int64_t horizontal) {
    return {vertical, vertical, horizontal, horizontal, false};
  }
  static Padding around(std::int64_t all) { return around(all, all); }
  static Padding like_tensorflow() { return {0, 0, 0, 0, true}; }
};

struct Conv2dOptions {
  std::array<std::int64_t, 2> stride{1, 1};    ///< {vertical, horizontal}, each >= 1
  std::array<std::int64_t, 2> dilation{1, 1};  ///< distance between taps, each >= 1
  Padding padding{};
  /// Input and output channels fall into this many groups that do not see each other; as many as
  /// input channels: depthwise.
  std::int64_t groups = 1;
};

/// y[b, i, j, o] = bias[o] + Σ_{u,v,c} x[b, i·stride + u·dilation − top, …, c] · weight[o, c, u,
/// v]. x [B, H, W, C]; weight [O, C/groups, kh, kw] (PyTorch's layout); bias [O] or undefined;
/// float32 or float64, all the same. Result [B, H', W', O] with H' = floor((H + top + bottom −
/// dilation·(kh − 1) − 1) / stride) + 1. Throws InvalidArgument when the shapes do not fit or the
/// kernel is larger than the padded picture.
Variable conv2d(const Variable& x, const Variable& weight, const Variable& bias,
                const Conv2dOptions& options = {});

}  // namespace limn::ops
