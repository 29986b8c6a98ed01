// Features from the last map of a convolutional network.
#pragma once

#include "limn/nn/features.h"

namespace limn::encoders {

/// map [B, H, W, F]: its mean over space is the global feature [B, F], its pixels are the regions
/// [B, H·W, F].
nn::Features map_features(const Variable& map);

}  // namespace limn::encoders
