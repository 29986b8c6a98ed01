#include "train/resume_rules.h"

#include <fmt/format.h>

#include <set>

#include "limn/core/error.h"

namespace limn::train {
namespace {

bool may_differ(const std::string& key, const TrainingState& state) {
  static const std::set<std::string> keys = {
      "train.epochs",     "train.patience",  "train.out",       "train.checkpoint_every",
      "train.clip_value", "train.clip_norm", "data.folder",     "train.learning_rate",
      "data.captions",    "data.train",      "data.dev",        "data.features",
      "data.images",      "encoder.weights", "model.pretrained"};
  static const std::set<std::string> settled = {"reward.from_epoch", "reward.batch",
                                                "reward.average"};
  if (settled.contains(key)) return state.reward_from == 0;
  return keys.contains(key) || key.starts_with("reward.");
}

// What a recipe of the same model holds that says nothing else.
std::map<std::string, std::string> defaults_for(const Recipe& recipe) {
  return recipe_entries(make_recipe(
      {{"model.architecture", recipe.model.architecture}, {"encoder.name", recipe.encoder.name}},
      "checkpoint"));
}

}  // namespace

std::map<std::string, std::string> recipe_entries(const Recipe& recipe) {
  Recipe copy = recipe;
  const auto texts = option_texts(options_of(copy));
  return {texts.begin(), texts.end()};
}

void check_same_training(const std::filesystem::path& path,
                         const std::map<std::string, std::string>& there, const Recipe& here,
                         const TrainingState& state) {
  auto old = there;
  old.merge(defaults_for(here));
  for (const auto& [key, value] : recipe_entries(here)) {
    const auto found = old.find(key);
    if (may_differ(key, state) || (found != old.end() && found->second == value)) continue;
    const std::string before = found == old.end() ? "not known" : found->second;
    if (key == "reward.from_epoch") {
      throw IoError(path, fmt::format("has begun reward training in epoch {0}, with {1} {2}; here "
                                      "it is {3}, which has no effect any more; go on with "
                                      "--{1} {2}",
                                      state.reward_from, key, before, value));
    }
    throw IoError(path, fmt::format("is of another training: {} is {} there, {} here; use the same "
                                    "recipe, or another train.out for a new training",
                                    key, before, value));
  }
}

}  // namespace limn::train
