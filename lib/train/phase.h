// The two parts of a training: likelihood, then reward.
#pragma once

#include <cstdint>
#include <string>

#include "limn/optim/schedule.h"
#include "limn/train/trainer.h"

namespace limn::train {

/// How epochs are trained in it.
struct Phase {
  std::string name;          ///< "likelihood", "reward"
  std::int64_t batch = 1;    ///< photos at a time
  std::int64_t batches = 1;  ///< of an epoch
  std::int64_t steps = 1;    ///< of the optimiser in an epoch
  double learning_rate = 0;
  double average = 0;  ///< decay of the weights' moving average; 0: none
  optim::ScheduleConfig schedule = {};
};

/// `reward_from`: the epoch in which reward training began; 0: it did not yet.
Phase phase_of(const Job& job, std::int64_t reward_from);

}  // namespace limn::train
