// The sizes of a convolution from its arguments.
#pragma once

#include "kernels/conv2d.h"
#include "limn/ops/conv2d.h"

namespace limn::ops {

/// Throws InvalidArgument when x [B, H, W, C] and weight [O, C/groups, kh, kw] do not fit.
kernels::Conv2dShape conv2d_shape(const Shape& x, const Shape& weight,
                                  const Conv2dOptions& options);

}  // namespace limn::ops
