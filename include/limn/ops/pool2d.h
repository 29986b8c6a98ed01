// Pooling of channels-last pictures: x [B, H, W, C], float32 or float64.
#pragma once

#include <array>
#include <cstdint>

#include "limn/autograd/variable.h"

namespace limn::ops {

/// Pairs are {vertical, horizontal}.
struct Pool2dOptions {
  std::array<std::int64_t, 2> kernel{2, 2};    ///< each >= 1
  std::array<std::int64_t, 2> stride{2, 2};    ///< each >= 1
  std::array<std::int64_t, 2> padding{0, 0};   ///< on both sides, at most half the kernel
  std::array<std::int64_t, 2> dilation{1, 1};  ///< distance between taps; max_pool2d only
  /// Also the last window that hangs over the end, if it starts inside the picture or the padding
  /// before it.
  bool ceil_mode = false;
  /// Whether avg_pool2d counts padding as zeros (never what ceil_mode adds beyond it).
  bool count_include_pad = true;
};

/// The largest element of each window, per channel; padding takes no part. The gradient goes to the
/// first largest. Result [B, H', W', C].
Variable max_pool2d(const Variable& x, const Pool2dOptions& options = {});
/// The mean of each window, per channel. Result [B, H', W', C].
Variable avg_pool2d(const Variable& x, const Pool2dOptions& options = {});

/// Output position i of n over size s takes the inputs ⌊i·s/n⌋ … ⌈(i+1)·s/n⌉ − 1. `output` is
/// {H', W'}. Result [B, H', W', C].
Variable adaptive_max_pool2d(const Variable& x, std::array<std::int64_t, 2> output);
Variable adaptive_avg_pool2d(const Variable& x, std::array<std::int64_t, 2> output);
/// The mean over all pixels. Result [B, C].
Variable global_avg_pool2d(const Variable& x);

}  // namespace limn::ops
