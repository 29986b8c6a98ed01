// Training on the command line: what is shown while it runs and what it says in the end.
#pragma once

#include <array>

#include "cli/output.h"
#include "cli/progress.h"
#include "limn/train/trainer.h"

namespace limn::cli {

/// Shows a training's progress on stderr and ends it at a checkpoint on Ctrl-C.
class TrainingWatcher : public train::Observer {
 public:
  void on_note(const std::string& text) override;
  void on_warning(const std::string& text) override;
  void on_step(const train::StepReport& report) override;
  void on_evaluation(std::int64_t done, std::int64_t total) override;
  void on_epoch(const train::EpochReport& report) override;
  bool wants_to_stop() override;

  Progress& progress() { return progress_; }
  /// Of the last epoch.
  double words_per_second() const { return words_per_second_; }

 private:
  Progress progress_;
  std::int64_t epochs_ = 0;
  double words_per_second_ = 0;
  bool stopping_ = false;
};

/// What a training writes into its folder besides its recipe.
inline constexpr std::array kRunFiles{"model.safetensors", "checkpoint/last.safetensors",
                                      "log.jsonl", "report.html"};

/// Epochs, scores, files.
ordered_json training_json(const train::TrainingResult& result);
/// Rows of a table: the best epoch and its scores, files.
Rows training_rows(const train::TrainingResult& result);

}  // namespace limn::cli
