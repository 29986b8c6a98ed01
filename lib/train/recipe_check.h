// Whether the values of a recipe are in their ranges.
#pragma once

#include <string>

#include "limn/train/recipe.h"

namespace limn::train {

/// Throws InvalidArgument, beginning with `what`, for a value that is not.
void check_recipe(const Recipe& recipe, const std::string& what);

}  // namespace limn::train
