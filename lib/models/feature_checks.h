// Which features a captioner was built for.
#pragma once

#include <string>

#include "limn/nn/features.h"

namespace limn::models {

/// The regions [B, R, F] of `features`. Throws InvalidArgument, in the name of `model`, when there
/// are none, F is not `width`, or the mask does not fit.
const Variable& checked_regions(const std::string& model, const nn::Features& features,
                                std::int64_t width);
/// The global features [B, F]; throws as above.
const Variable& checked_global(const std::string& model, const nn::Features& features,
                               std::int64_t width);

}  // namespace limn::models
