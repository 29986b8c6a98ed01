// Where a training stands, and its JSON.
#pragma once

#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "core/json_value.h"
#include "limn/core/generator.h"
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
  double epoch_reward = 0;      ///< Σ over the captions that were said
  std::int64_t epoch_said = 0;  ///< those
  double epoch_seconds = 0;
  double total_seconds = 0;  ///< of all steps so far
  std::int64_t total_words = 0;
  Generator generator;           ///< of dropout
  std::int64_t reward_from = 0;  ///< epoch in which reward training began; 0: it did not yet
  double best_score = -std::numeric_limits<double>::infinity();
  std::int64_t best_epoch = 0;
  std::int64_t log_lines = 0;
  std::vector<EpochReport> epochs;
  std::vector<SampleCaption> samples;  ///< of the best epoch
  std::string schedule;                ///< see optim::Schedule::state

  /// Mean −log P per word of the epoch so far.
  double epoch_loss() const;
  /// Mean reward of the epoch so far; none when nothing was said.
  std::optional<double> mean_reward() const;
  /// The report of best_epoch, which there must be.
  const EpochReport& best() const;
  /// Whether an epoch with these scores is better than the best so far: its CIDEr-D is higher, or
  /// the same (first epochs often have none at all) and its perplexity lower.
  bool beaten_by(const std::map<std::string, double>& scores) const;
  /// Forgets the sums of the epoch and moves to the next.
  void begin_next_epoch();
};

json state_json(const TrainingState& state);
/// Throws IoError, naming the place, for what `state_json` does not write.
TrainingState state_from(const JsonValue& object);

/// Reports as one JSON object, for log.jsonl.
std::string step_line(const StepReport& report);
std::string epoch_line(const EpochReport& report);

}  // namespace limn::train
