// From losses to weights: gradients, clipping, learning rate, optimiser, moving average.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "limn/optim/moving_average.h"
#include "limn/optim/optimizer.h"
#include "limn/optim/schedule.h"
#include "limn/train/objective.h"
#include "limn/train/trainer.h"
#include "train/phase.h"

namespace limn::train {

/// Whether training may change the encoder: one whose features come from a file stays as it is.
bool encoder_changes(const Job& job);

/// A step is begin, one `add` for each of its batches, `clip`, `apply`.
class Updater {
 public:
  /// `job` must stay.
  Updater(Job& job, const Phase& phase);

  /// A fresh optimiser and average from the weights of now.
  void restart(const Phase& phase);

  void begin();
  /// Adds the gradient of the loss; several count by their words, as one batch of all would.
  void add(const ObjectiveResult& result);
  /// Whether anything was added.
  bool has_gradient() const { return words_ > 0; }
  /// Clips the gradient as the recipe says; its norm before that of clip_norm.
  double clip();
  void apply();

  double learning_rate() const { return optimizer_->learning_rate(); }
  optim::Schedule& schedule() { return schedule_; }

  /// "optimizer.…" and, with a moving average, "average.…".
  std::vector<std::pair<std::string, Tensor>> state_dict() const;
  /// `under` gives the tensors whose names begin so; `schedule` is its state. Throws
  /// InvalidArgument for what does not fit.
  void load(const std::function<std::map<std::string, Tensor>(const std::string&)>& under,
            const std::string& schedule);

  /// While it lives the model has the averaged weights, if there are any.
  class Averaged {
   public:
    explicit Averaged(Updater& updater) : updater_(updater) { updater_.swap_average(); }
    ~Averaged() { updater_.swap_average(); }
    Averaged(const Averaged&) = delete;
    Averaged& operator=(const Averaged&) = delete;

   private:
    Updater& updater_;
  };

 private:
  void set_learning_rate(std::int64_t step);
  void swap_average();
  void mark_changed() const;

  Job& job_;
  double base_rate_ = 0;
  std::unique_ptr<optim::Optimizer> optimizer_;
  optim::Schedule schedule_;
  std::optional<optim::MovingAverage> average_;
  std::int64_t words_ = 0;  // of the step's batches
};

}  // namespace limn::train
