// The search that a recipe asks for.
#pragma once

#include <cstdint>

#include "limn/decode/search.h"
#include "limn/models/photo_captioner.h"
#include "limn/train/recipe.h"

namespace limn::train {

/// Words of a caption that the model says at most, in evaluations and in reward training.
std::int64_t said_length(const Recipe& recipe);

/// `[search]` of the recipe with the words of the model.
decode::SearchOptions search_of(const Recipe& recipe, const models::PhotoCaptioner& model);

}  // namespace limn::train
