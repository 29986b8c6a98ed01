// Where sliding windows lie along one axis of a picture.
#pragma once

#include <cstdint>

namespace limn::ops {

/// Extent of a kernel whose taps are `dilation` apart.
inline std::int64_t window_extent(std::int64_t kernel, std::int64_t dilation) {
  return dilation * (kernel - 1) + 1;
}

/// Windows that fit into `size` padded positions (0 when none does); with `ceil`, also the one that
/// hangs over the end.
inline std::int64_t window_count(std::int64_t size, std::int64_t extent, std::int64_t stride,
                                 bool ceil = false) {
  if (size < extent) return 0;
  return (size - extent + (ceil ? stride - 1 : 0)) / stride + 1;
}

}  // namespace limn::ops
