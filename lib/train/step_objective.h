// What a step of a training minimises, as its recipe says.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "limn/train/objective.h"
#include "limn/train/reward.h"
#include "limn/train/trainer.h"

namespace limn::train {

class StepObjective {
 public:
  /// `job` must stay. Counts the n-grams of the training captions when the recipe has reward
  /// training; throws InvalidArgument when they cannot be a reward.
  explicit StepObjective(const Job& job);

  /// Cross-entropy over the captions that `epoch` has for the photos, some of their inputs drawn.
  ObjectiveResult likelihood(const SourceBatch& source, std::int64_t epoch,
                             const nn::Pass& pass) const;
  /// Self-critical over captions that the model says; mixed with the likelihood where the recipe
  /// says so.
  ObjectiveResult reward(const SourceBatch& source, std::int64_t epoch, const nn::Pass& pass) const;

 private:
  ObjectiveResult self_critical(const SourceBatch& source, const nn::Pass& pass) const;

  const Job& job_;
  std::vector<std::vector<std::vector<std::int32_t>>> encoded_;  // captions of each training photo
  std::optional<Reward> reward_;
};

}  // namespace limn::train
