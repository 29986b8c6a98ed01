#include "limn/train/recipe_search.h"

namespace limn::train {

std::int64_t said_length(const Recipe& recipe) {
  return recipe.search.max_length > 0 ? recipe.search.max_length : recipe.text.max_length;
}

decode::SearchOptions search_of(const Recipe& recipe, const models::PhotoCaptioner& model) {
  const Recipe::Search& asked = recipe.search;
  decode::SearchOptions search{.beam = static_cast<int>(asked.beam),
                               .max_length = said_length(recipe),
                               .length_penalty = asked.length_penalty};
  if (asked.length_form == "wu") search.length_form = decode::LengthForm::wu;
  search.rules.no_repeat = asked.no_repeat;
  if (asked.no_bad_endings) search.rules.bad_endings = model.bad_endings();
  return search;
}

}  // namespace limn::train
