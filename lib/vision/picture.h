// What the functions on pictures require of them.
#pragma once

#include "core/check.h"
#include "limn/core/tensor.h"

namespace limn::vision {

/// Throws InvalidArgument, beginning with `op`, unless `image` is uint8 [H, W, 3] and not empty.
inline void require_picture(const Tensor& image, const char* op) {
  const bool ok = image.defined() && image.dtype() == DType::uint8 && image.shape().rank() == 3 &&
                  image.shape()[2] == 3 && image.elements() > 0;
  require(ok, "{}: a picture must be uint8 [H, W, 3] and not empty; got {}", op, image);
}

}  // namespace limn::vision
