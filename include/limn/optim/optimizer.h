// Optimisers: how gradients move parameters.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
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

/// Moves every parameter that requires a gradient and has one; others keep value and state. A
/// variable that stands in its group under two names (tied weights) moves once, under the first.
class Optimizer {
 public:
  virtual ~Optimizer() = default;
  Optimizer(const Optimizer&) = delete;
  Optimizer& operator=(const Optimizer&) = delete;

  /// One update from the gradients, at learning_rate().
  void step();
  /// Forgets the gradients of all parameters.
  void clear_grad() const;
  /// 0 until it is set.
  double learning_rate() const { return learning_rate_; }
  /// Throws InvalidArgument unless rate is finite and >= 0.
  void set_learning_rate(double rate);
  /// Updates made so far.
  std::int64_t steps() const { return steps_; }
  std::vector<Variable> parameters() const;

  /// What a checkpoint keeps: the number of updates, "steps", and for each parameter its own,
  /// "NAME.steps" (int32 [], fewer while it had no gradient), and once it moved "NAME.exp_avg" and
  /// the like (PyTorch's names). Shares storage. After loading, training goes on with the same
  /// bits.
  std::vector<std::pair<std::string, Tensor>> state_dict() const;
  /// Copies it back. Throws InvalidArgument naming what is missing, unknown or of another shape,
  /// before anything is changed.
  void load_state_dict(const std::map<std::string, Tensor>& state);

 protected:
  /// A parameter that moves in this step.
  struct Moving {
    Tensor value;
    Tensor gradient;
    std::span<Tensor> state;  ///< in the order of state_names; zeros before its first update
    double learning_rate;     ///< its group's
    std::int64_t steps;       ///< its updates, this one included: bias corrections start with it
  };

  /// `state_names`: what is kept for each parameter, in its shape and dtype. Throws InvalidArgument
  /// for a repeated name, a variable of two groups, a dtype other than float32 and float64, and a
  /// scale that is not finite and >= 0.
  Optimizer(const std::vector<ParameterGroup>& groups, std::vector<std::string> state_names);

  /// The rule itself: moves the values and updates the states in place.
  virtual void update(std::span<const Moving> parameters) = 0;

 private:
  struct Slot {
    std::string name;
    Variable parameter;
    double scale;
    std::int64_t steps = 0;
    std::vector<Tensor> state = {};  ///< none before the first update
  };

  void add(const std::string& name, const Variable& parameter, double scale, std::size_t group);
  std::vector<std::string> differences(const std::map<std::string, Tensor>& state) const;

  std::vector<Slot> slots_;
  std::vector<std::string> state_names_;
  double learning_rate_ = 0;
  std::int64_t steps_ = 0;
};

}  // namespace limn::optim
