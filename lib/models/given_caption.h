// A caption whose probability is asked for.
#pragma once

#include <string>
#include <vector>

#include "limn/models/photo_captioner.h"

namespace limn::models {

/// The words and the end, which have no log-probabilities yet.
Caption given_caption(const PhotoCaptioner& model, const std::vector<std::string>& words);

}  // namespace limn::models
