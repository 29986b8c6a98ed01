// Whether what a captioner is given fits to it and to each other.
#pragma once

#include "limn/models/captioner.h"

namespace limn::models {

/// The regions [B, R, F] of `features`, F being the captioner's. Throws InvalidArgument, in the
/// name of its architecture, when there are none, their shape or dtype is another, the mask or the
/// global features do not fit to them, and for an image without a region.
const Variable& checked_regions(const Captioner& captioner, const nn::Features& features);
/// The global features [B, width]; throws as above.
const Variable& checked_global(const Captioner& captioner, const nn::Features& features,
                               std::int64_t width);
/// Throws InvalidArgument when `batch` describes an image that `features` do not have.
void check_described(const Captioner& captioner, const nn::Features& features,
                     const data::CaptionBatch& batch);
/// Throws InvalidArgument unless there is a word for each row of `state`.
void check_words(const Captioner& captioner, const decode::State& state,
                 std::span<const std::int32_t> words);

}  // namespace limn::models
