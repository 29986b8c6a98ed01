#include "train/phase.h"

#include <algorithm>

#include "core/check.h"

namespace limn::train {
namespace {

std::int64_t parts(std::int64_t all, std::int64_t each) { return (all + each - 1) / each; }

// Epochs that a part has at most; one where a resumption has fewer than were trained.
std::int64_t epochs_of(const Recipe& recipe, std::int64_t reward_from) {
  const std::int64_t epochs = recipe.train.epochs, from = recipe.reward.from_epoch;
  if (reward_from > 0) return std::max<std::int64_t>(epochs - reward_from + 1, 1);
  return from == 0 ? epochs : std::max<std::int64_t>(std::min(epochs, from - 1), 1);
}

std::int64_t width_of(const models::Captioner& captioner) {
  for (const auto& [name, value] : captioner.options())
    if (name == "hidden" || name == "width") return std::stoll(value);
  return optim::ScheduleConfig().width;
}

optim::ScheduleConfig schedule_of(const Recipe::Schedule& recipe, std::int64_t steps) {
  return {.name = recipe.name,
          .warmup = recipe.warmup,
          .decay = recipe.decay,
          .every = recipe.every * steps,
          .from = (recipe.from_epoch - 1) * steps,
          .patience = recipe.patience};
}

// Its steps are counted from its first epoch.
optim::ScheduleConfig schedule_of_reward(const Recipe& recipe, std::int64_t steps) {
  const Recipe::Reward& reward = recipe.reward;
  return {.name = reward.schedule,
          .decay = reward.decay,
          .every = (reward.every > 0 ? reward.every : recipe.schedule.every) * steps,
          .patience = reward.plateau_patience};
}

void check_warmup(const optim::ScheduleConfig& schedule) {
  require(schedule.name != "cosine" || schedule.warmup < schedule.total,
          "train: schedule.warmup must be less than the {} steps of this training; got {}. Lower "
          "it, or raise train.epochs",
          schedule.total, schedule.warmup);
}

}  // namespace

Phase phase_of(const Job& job, std::int64_t reward_from) {
  const Recipe& recipe = job.recipe;
  const bool reward = reward_from > 0;
  Phase phase{.name = reward ? "reward" : "likelihood",
              .batch = reward && recipe.reward.batch > 0 ? recipe.reward.batch : recipe.train.batch,
              .learning_rate = reward ? recipe.reward.learning_rate : recipe.train.learning_rate,
              .average = reward && recipe.reward.average > 0 ? recipe.reward.average
                                                             : recipe.train.average};
  phase.batches = parts(std::ssize(job.train), phase.batch);
  phase.steps = parts(phase.batches, recipe.train.accumulate);
  phase.schedule =
      reward ? schedule_of_reward(recipe, phase.steps) : schedule_of(recipe.schedule, phase.steps);
  phase.schedule.total = epochs_of(recipe, reward_from) * phase.steps;
  phase.schedule.width = width_of(job.model.captioner());
  check_warmup(phase.schedule);
  return phase;
}

}  // namespace limn::train
