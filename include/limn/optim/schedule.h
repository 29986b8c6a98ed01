// Learning rates over time.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace limn::optim {

/// What `Schedule` follows. Steps are optimiser steps, counted from 0.
struct ScheduleConfig {
  std::string name = "constant";  ///< "constant", "step", "cosine", "noam", "plateau"
  std::int64_t warmup = 0;        ///< steps of linear warm-up from 0 (also noam's)
  double decay = 0.8;             ///< factor of "step" and "plateau"
  std::int64_t every = 1;         ///< "step": optimiser steps between decays
  std::int64_t total = 0;         ///< "cosine": steps until 0
  std::int64_t width = 512;       ///< "noam": d of the model
  std::int64_t patience = 3;      ///< "plateau": reports without a better one before a decay
};

/// Learning rate = base · factor.
class Schedule {
 public:
  /// Throws InvalidArgument for an unknown name or values out of range.
  explicit Schedule(const ScheduleConfig& config);
  /// The factor of optimiser step `step`, >= 0.
  double factor(std::int64_t step) const;
  /// Tells "plateau" how good the model is (higher is better); others do not listen.
  void report(double score);
  /// What a checkpoint keeps, as text.
  std::string state() const;
  void load_state(const std::string& state);

 private:
  ScheduleConfig config_;
};

}  // namespace limn::optim
