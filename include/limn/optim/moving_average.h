// The exponential moving average of what an optimiser moves.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "limn/optim/optimizer.h"

namespace limn::optim {

/// ā of each parameter x, smoother than x and often better (Polyak and Juditsky, "Acceleration of
/// stochastic approximation by averaging", 1992, with exponential weights). At update t = 0, 1, …
///
///   ā += (1 − d) (x − ā),  d = min(decay, (1 + t) / (10 + t))
///
/// so that the start is forgotten soon (TensorFlow's ExponentialMovingAverage with num_updates).
class MovingAverage {
 public:
  /// Starts as the parameters are now. Variables that stand there twice (tied weights) count once,
  /// under the first name. Throws InvalidArgument unless decay is in [0, 1).
  MovingAverage(const std::vector<ParameterGroup>& groups, double decay);

  /// Takes in the values of now.
  void update();
  /// Exchanges values and averages: the parameters have the averages until it is called again. Who
  /// computed something from them has to be told (Module::mark_changed).
  void swap();

  /// The number of updates, "updates", and each average under its parameter's name. Shares storage.
  std::vector<std::pair<std::string, Tensor>> state_dict() const;
  /// Copies it back. Throws InvalidArgument naming what is missing or of another shape, before
  /// anything is changed.
  void load_state_dict(const std::map<std::string, Tensor>& state);

 private:
  struct Slot {
    std::string name;
    Variable parameter;
    Tensor average;
  };

  std::vector<Slot> slots_;
  double decay_;
  std::int64_t updates_ = 0;
};

}  // namespace limn::optim
