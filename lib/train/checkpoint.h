// The state of a training on disk.
#pragma once

#include <filesystem>
#include <limits>
#include <string>
#include <vector>

#include "core/json.h"
#include "limn/core/generator.h"
#include "limn/optim/optimizer.h"
#include "limn/optim/schedule.h"
#include "limn/train/trainer.h"

namespace limn::train {

/// A dev photo's caption, kept for the report.
struct SampleCaption {
  std::int64_t item = 0;
  std::vector<models::ScoredWord> words;
  double log_probability = 0;
  double cider = 0;
};

/// Where a training stands, but for weights and optimiser.
struct TrainingState {
  std::int64_t epoch = 1;       ///< the one under way
  std::int64_t next_batch = 0;  ///< of it
  double epoch_log_probability = 0;
  std::int64_t epoch_words = 0;
  double epoch_seconds = 0;
  double total_seconds = 0;  ///< of all steps so far
  std::int64_t total_words = 0;
  Generator generator;  ///< of dropout
  double best_score = -std::numeric_limits<double>::infinity();
  std::int64_t best_epoch = 0;
  std::int64_t log_lines = 0;
  std::vector<EpochReport> epochs;
  std::vector<SampleCaption> samples;  ///< of the best epoch
  std::string schedule;                ///< see optim::Schedule::state
};

/// Whether training may change the encoder: one whose features come from a file stays as it is.
bool encoder_changes(const Job& job);

/// The checkpoint file of a training.
class Checkpoint {
 public:
  /// Of `job` only what stays the same during the training is described here, once.
  Checkpoint(std::filesystem::path path, Job& job);

  const std::filesystem::path& path() const { return path_; }

  /// Writes weights, optimiser and state into the file, atomically.
  void save(const optim::Optimizer& optimizer, const TrainingState& state);

  /// Puts weights and optimiser back and returns the state. Throws IoError when the file is
  /// damaged, no checkpoint, of another version, of other photos or captions, or of a recipe that
  /// differs in more than the number of epochs, the patience, learning rate, clipping and the
  /// places of files.
  TrainingState load(optim::Optimizer& optimizer);

 private:
  std::filesystem::path path_;
  Job& job_;
  json description_;
};

/// An epoch's report as one JSON object, for log.jsonl.
std::string epoch_line(const EpochReport& report);

}  // namespace limn::train
