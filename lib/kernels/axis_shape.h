// A tensor cut at one axis.
#pragma once

#include <cstdint>

namespace limn::kernels {

/// x [outer, n, inner], n the size of the axis.
struct AxisShape {
  std::int64_t outer = 1;
  std::int64_t n = 1;
  std::int64_t inner = 1;
};

}  // namespace limn::kernels
