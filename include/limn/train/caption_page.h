// Photos and what a model says of them, for a page.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "limn/core/tensor.h"
#include "limn/models/photo_captioner.h"
#include "limn/train/report.h"

namespace limn::train {

/// Pixels of a page's pictures on their longer side, at most.
inline constexpr std::int64_t kThumbnailSide = 480;
/// A picture (uint8 [H, W, 3]) for a page: a JPEG data URI, `longest` pixels at most on its longer
/// side.
std::string thumbnail(const Tensor& picture, std::int64_t longest = kThumbnailSide);

/// The card of a photo: the words of the best caption, the other ones as text. `captions` are best
/// first, at least one. `picture_uri`: see thumbnail().
ReportCaption caption_card(const std::string& name, const std::string& picture_uri,
                           std::span<const models::Caption> captions);

}  // namespace limn::train
