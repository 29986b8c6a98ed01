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

optim::ScheduleConfig schedule_of(const Recipe& recipe, std::int64_t steps, std::int64_t epochs) {
  return {.name = recipe.schedule.name,
          .warmup = recipe.schedule.warmup,
          .decay = recipe.schedule.decay,
          .every = recipe.schedule.every * steps,
          .total = epochs * steps,
          .patience = recipe.schedule.patience};
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
  phase.schedule = schedule_of(recipe, phase.steps, epochs_of(recipe, reward_from));
  phase.schedule.width = width_of(job.model.captioner());
  if (reward) {
    phase.schedule.name = recipe.reward.schedule;
    phase.schedule.warmup = 0;
  }
  check_warmup(phase.schedule);
  return phase;
}

}  // namespace limn::train
