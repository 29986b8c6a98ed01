// What convolutional networks take and give: pictures, and features from the last map.
#pragma once

#include <cstdint>
#include <string>

#include "limn/nn/features.h"

namespace limn::encoders {

/// Throws InvalidArgument, in the name of `encoder`, unless images are [B, H, W, 3] and both sides
/// at least `least`.
void require_pictures(const std::string& encoder, const Shape& images, std::int64_t least);

/// map [B, H, W, F]: its mean over space is the global feature [B, F], its pixels are the regions
/// [B, H·W, F].
nn::Features map_features(const Variable& map);

}  // namespace limn::encoders
