// Learning rates over time.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "limn/core/options.h"

namespace limn::optim {

/// What `Schedule` follows. Steps are optimiser steps, counted from 0.
struct ScheduleConfig {
  /// "constant", "step", "cosine", "noam", "inverse_sqrt", "plateau"
  std::string name = "constant";
  std::int64_t warmup = 0;    ///< steps of linear warm-up; with any name
  double decay = 0.8;         ///< factor of "step" and "plateau", in (0, 1]
  std::int64_t every = 1;     ///< "step": optimiser steps between decays
  std::int64_t from = 0;      ///< "step": the step that they are counted from
  std::int64_t total = 0;     ///< "cosine": steps until 0, more than warmup
  std::int64_t width = 512;   ///< "noam": d of the model
  std::int64_t patience = 3;  ///< "plateau": reports without a better one that are borne; the next
                              ///< one decays (as in PyTorch's ReduceLROnPlateau)
};
std::vector<Option> options_of(ScheduleConfig& config);

/// Learning rate = base · factor. With s the step and w the warm-up:
///   constant      1
///   step          decay^⌊max(s − from, 0) / every⌋
///   plateau       decay^(decays so far)
///     each of them times min(1, (s + 1) / w)
///   cosine        s / w while s < w, then (1 + cos(π (s − w) / (total − w))) / 2, 0 after total
///   inverse_sqrt  min((s + 1) / w, √(w / (s + 1)))
///   noam          width^−½ · min((s + 1)^−½, (s + 1) w^−1½) (Vaswani et al., "Attention is all you
///                 need", 2017, equation 3)
/// inverse_sqrt and noam need a warm-up.
class Schedule {
 public:
  /// Throws InvalidArgument for an unknown name or values out of range.
  explicit Schedule(const ScheduleConfig& config);
  /// The factor of optimiser step `step`, >= 0.
  double factor(std::int64_t step) const;
  /// Tells "plateau" how good the model is (higher is better); others do not listen. NaN is not
  /// better than anything.
  void report(double score);
  /// What a checkpoint keeps, as text: "best=0.93 waited=1 decays=2".
  std::string state() const;
  /// Throws InvalidArgument, changing nothing, for a text that `state` does not write.
  void load_state(const std::string& state);

 private:
  struct Plateau {
    double best = -std::numeric_limits<double>::infinity();
    std::int64_t waited = 0;  ///< reports since the best, or since the last decay
    std::int64_t decays = 0;
  };

  double decayed(std::int64_t step) const;

  ScheduleConfig config_;
  Plateau plateau_;
};

}  // namespace limn::optim
