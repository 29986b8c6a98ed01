// The search that a recipe asks for.
#pragma once

#include "limn/decode/search.h"
#include "limn/models/photo_captioner.h"
#include "limn/train/recipe.h"

namespace limn::train {

/// `[search]` of the recipe with the words of the model, `text.max_length` words at most.
decode::SearchOptions search_of(const Recipe& recipe, const models::PhotoCaptioner& model);

}  // namespace limn::train
