#include "train/recipe_check.h"

#include <cmath>

#include "core/check.h"

namespace limn::train {
namespace {

/// Checks of numbers, naming the recipe and the key.
struct Checks {
  // Products of two of these do not overflow.
  static constexpr std::int64_t kMost = 1'000'000'000;
  // What a search has at a time, or steps of it.
  static constexpr std::int64_t kFew = 10000;

  const std::string& what;

  void at_most(std::int64_t most, const char* key, std::int64_t value) const {
    require(value <= most, "{}: {} must be at most {}; got {}", what, key, most, value);
  }

  void positive(const char* key, std::int64_t value) const {
    require(value >= 1, "{}: {} must be at least 1; got {}", what, key, value);
    at_most(kMost, key, value);
  }
  void few(const char* key, std::int64_t value) const {
    at_most(kFew, key, value);
    positive(key, value);
  }
  void not_negative(const char* key, double value) const {
    require(value >= 0 && std::isfinite(value), "{}: {} must be at least 0{}; got {}", what, key,
            value >= 0 ? " and finite" : "", value);
  }
  void not_negative(const char* key, std::int64_t value) const {
    not_negative(key, static_cast<double>(value));
    at_most(kMost, key, value);
  }
  void not_empty(const char* key, const std::string& value) const {
    require(!value.empty(), "{}: {} must not be empty", what, key);
  }
  void below_one(const char* key, double value) const {
    require(value >= 0 && value < 1, "{}: {} must be in [0, 1); got {}", what, key, value);
  }
  void factor(const char* key, double value) const {
    require(value > 0 && value <= 1, "{}: {} must be in (0, 1]; got {}", what, key, value);
  }
  void share(const char* key, double value) const {
    require(value >= 0 && value <= 1, "{}: {} must be in [0, 1]; got {}", what, key, value);
  }
};

void check_data(const Recipe& recipe, const Checks& check) {
  check.positive("data.dev_most", recipe.data.dev_most);
  check.few("text.max_length", recipe.text.max_length);
  check.not_negative("text.min_count", recipe.text.min_count);
  check.not_negative("text.max_size", recipe.text.max_size);
  check.not_empty("text.end", recipe.text.end);
  check.not_empty("text.begin", recipe.text.begin);
  check.not_empty("text.unknown", recipe.text.unknown);
  check.positive("text.learn_merges", recipe.text.learn_merges);
  check.few("search.beam", recipe.search.beam);
  check.at_most(Checks::kFew, "search.max_length", recipe.search.max_length);
  check.not_negative("search.max_length", recipe.search.max_length);
  check.not_negative("search.no_repeat", recipe.search.no_repeat);
  require(std::isfinite(recipe.search.length_penalty),
          "{}: search.length_penalty must be finite; got {}", check.what,
          recipe.search.length_penalty);
  require(recipe.data.dev_share > 0 && recipe.data.dev_share < 1,
          "{}: data.dev_share must be in (0, 1); got {}", check.what, recipe.data.dev_share);
}

void check_training(const Recipe& recipe, const Checks& check) {
  const Recipe::Train& train = recipe.train;
  check.not_empty("train.out", train.out);
  check.positive("train.epochs", train.epochs);
  check.positive("train.batch", train.batch);
  check.positive("train.accumulate", train.accumulate);
  check.positive("train.checkpoint_every", train.checkpoint_every);
  check.not_negative("schedule.warmup", recipe.schedule.warmup);
  const std::string& schedule = recipe.schedule.name;
  if (schedule == "noam" || schedule == "inverse_sqrt")
    check.positive("schedule.warmup", recipe.schedule.warmup);
  check.factor("schedule.decay", recipe.schedule.decay);
  check.positive("schedule.every", recipe.schedule.every);
  check.not_negative("schedule.patience", recipe.schedule.patience);
  check.positive("schedule.from_epoch", recipe.schedule.from_epoch);
  check.not_negative("train.learning_rate", train.learning_rate);
  check.not_negative("train.clip_value", train.clip_value);
  check.not_negative("train.clip_norm", train.clip_norm);
  check.not_negative("train.patience", train.patience);
  check.not_negative("train.captions_per_photo", train.captions_per_photo);
  check.not_negative("encoder.learning_rate_scale", recipe.encoder.learning_rate_scale);
  check.not_negative("encoder.train_from", recipe.encoder.train_from);
  check.below_one("train.label_smoothing", train.label_smoothing);
  check.below_one("train.average", train.average);
}

void check_sampling(const SamplingSchedule& sampling, const Checks& check) {
  check.not_negative("scheduled_sampling.from_epoch", sampling.from_epoch);
  check.positive("scheduled_sampling.every", sampling.every);
  check.not_negative("scheduled_sampling.increase", sampling.increase);
  check.share("scheduled_sampling.most", sampling.most);
}

void check_reward(const Recipe::Reward& reward, const Checks& check) {
  check.not_negative("reward.from_epoch", reward.from_epoch);
  check.not_negative("reward.learning_rate", reward.learning_rate);
  check.not_negative("reward.every", reward.every);
  check.not_negative("reward.plateau_patience", reward.plateau_patience);
  check.not_negative("reward.batch", reward.batch);
  check.below_one("reward.average", reward.average);
  check.not_negative("reward.cider", reward.cider);
  check.not_negative("reward.bleu4", reward.bleu4);
  require(reward.cider + reward.bleu4 > 0,
          "{}: one of reward.cider and reward.bleu4 must be above 0; got {} and {}", check.what,
          reward.cider, reward.bleu4);
  check.factor("reward.share", reward.share);
  check.factor("reward.decay", reward.decay);
  const int least = reward.baseline == "greedy" ? 1 : 2;
  require(reward.samples >= least,
          "{}: reward.samples must be at least {} with baseline {}; got {}", check.what, least,
          reward.baseline, reward.samples);
  check.few("reward.samples", reward.samples);
}

}  // namespace

void check_recipe(const Recipe& recipe, const std::string& what) {
  const Checks check{what};
  check_data(recipe, check);
  check_training(recipe, check);
  check_sampling(recipe.scheduled_sampling, check);
  check_reward(recipe.reward, check);
}

}  // namespace limn::train
