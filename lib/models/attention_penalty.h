// A penalty on captions that look at some regions too little or too much.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "limn/autograd/variable.h"

namespace limn::models {

/// Doubly stochastic attention (Xu et al., "Show, Attend and Tell", 2015, equation (14)): the mean
/// over captions, and over the regions that exist, of (1 − Σ_t α_ti)²; one element. attention[t]
/// [rows at step t, R], captions by falling length; images[m]: which row of `mask` (uint8 [B, R] or
/// undefined) caption m describes.
Variable doubly_stochastic(std::span<const Variable> attention, const Tensor& mask,
                           std::span<const std::int64_t> images);

}  // namespace limn::models
