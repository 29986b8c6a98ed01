// The pretrained language model of a recipe.
#pragma once

#include <string>

#include "limn/models/photo_captioner.h"
#include "limn/train/recipe.h"

namespace limn::train {

/// The recipe with the sizes of model.pretrained among the model's options; as it is without one.
/// Throws InvalidArgument when the rest of the recipe does not fit a pretrained language model.
Recipe with_pretrained_sizes(const Recipe& recipe);

/// Gives the model's captioner the weights of model.pretrained. Returns what they are, in a line.
/// Throws InvalidArgument when the vocabulary has another size.
std::string load_pretrained(const Recipe& recipe, models::PhotoCaptioner& model);

}  // namespace limn::train
