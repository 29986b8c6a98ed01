// The mean of an image's regions.
#pragma once

#include "limn/autograd/variable.h"

namespace limn::models {

/// The mean [B, F] of the regions [B, R, F] that exist, one or more of each image; `mask` uint8
/// [B, R] or undefined. What a masked region holds has no influence, be it NaN.
Variable region_mean(const Variable& regions, const Tensor& mask);
/// The regions, with zeros where there is none.
Variable existing_regions(const Variable& regions, const Tensor& mask);

}  // namespace limn::models
