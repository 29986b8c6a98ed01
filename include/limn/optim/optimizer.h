// Optimisers: how gradients move parameters.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "limn/autograd/variable.h"

namespace limn::optim {

using NamedVariable = std::pair<std::string, Variable>;

/// Parameters that share a learning rate: `scale` times the optimiser's (an encoder that is tuned
/// gently has a scale below 1).
struct ParameterGroup {
  std::vector<NamedVariable> parameters;
  double scale = 1;
};

/// Moves every parameter that requires a gradient and has one; others keep value and state.
class Optimizer {
 public:
  virtual ~Optimizer() = default;
  Optimizer(const Optimizer&) = delete;
  Optimizer& operator=(const Optimizer&) = delete;

  /// One update from the gradients, at learning_rate().
  void step();
  /// Forgets the gradients of all parameters.
  void clear_grad() const;
  double learning_rate() const { return learning_rate_; }
  /// Throws InvalidArgument unless rate is finite and >= 0.
  void set_learning_rate(double rate);
  /// Updates made so far.
  std::int64_t steps() const { return steps_; }
  std::vector<Variable> parameters() const;

  /// What a checkpoint keeps: "NAME.exp_avg" and the like, and the number of updates. Shares
  /// storage.
  std::vector<std::pair<std::string, Tensor>> state_dict() const;
  /// Copies it back. Throws InvalidArgument naming what is missing, unknown or of another shape,
  /// before anything is changed.
  void load_state_dict(const std::map<std::string, Tensor>& state);

 protected:
  explicit Optimizer(std::vector<ParameterGroup> groups);

 private:
  std::vector<ParameterGroup> groups_;
  double learning_rate_ = 0;
  std::int64_t steps_ = 0;
};

}  // namespace limn::optim
