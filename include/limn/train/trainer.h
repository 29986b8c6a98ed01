// The trainer: epochs of steps, evaluation by decoding, checkpoints, log.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "limn/models/photo_captioner.h"
#include "limn/train/evaluate.h"
#include "limn/train/feature_source.h"
#include "limn/train/photo.h"
#include "limn/train/recipe.h"

namespace limn::train {

/// All that a training works on. Photo i of `train` is item i of `train_features`, and so for dev.
struct Job {
  Recipe recipe;
  models::PhotoCaptioner model;
  std::vector<Photo> train;
  std::vector<Photo> dev;
  std::unique_ptr<FeatureSource> train_features;
  std::unique_ptr<FeatureSource> dev_features;
  std::vector<std::string> warnings;    ///< of its preparation
  std::vector<std::string> notes = {};  ///< what its preparation decided: the split
};

/// Reads captions, splits, features or photos and builds vocabulary and model as the recipe says.
/// Throws IoError and InvalidArgument naming what is missing or does not fit.
Job prepare(const Recipe& recipe);

struct StepReport {
  std::int64_t epoch = 0;  ///< from 1
  std::int64_t epochs = 0;
  std::int64_t step = 0;              ///< of the optimiser in the epoch, from 1
  std::int64_t steps = 0;             ///< of an epoch
  double loss = 0;                    ///< mean −log P per word of the epoch so far, in nats
  std::optional<double> reward = {};  ///< mean of the epoch so far, in reward training
  double words_per_second = 0;        ///< of this run so far, evaluations left out
  double seconds_left = 0;            ///< of all epochs, estimated by the pace of this one
};

struct EpochReport {
  std::int64_t epoch = 0;
  std::string phase = "likelihood";  ///< or "reward"
  /// Mean −log P per word in training, in nats: of what people said; in reward training of what the
  /// model said, which estimates the entropy of its words.
  double loss = 0;
  std::optional<double> reward = {};  ///< mean of what the model said, in reward training
  double learning_rate = 0;           ///< of the last step
  double seconds = 0;                 ///< of the epoch's steps
  double words_per_second = 0;
  std::map<std::string, double> scores;  ///< of the dev photos, see Evaluation::summary
  std::int64_t distinct = 0;             ///< different captions among the dev photos'
  std::int64_t photos = 0;               ///< dev photos
  bool best = false;
};

/// Who watches a training. Called on the training thread.
class Observer {
 public:
  virtual ~Observer() = default;
  virtual void on_note(const std::string& text) { (void)text; }
  virtual void on_warning(const std::string& text) { (void)text; }
  virtual void on_step(const StepReport& report) { (void)report; }
  virtual void on_evaluation(std::int64_t done, std::int64_t total) { (void)done, (void)total; }
  virtual void on_epoch(const EpochReport& report) { (void)report; }
  /// Asked after every step: whether to end at a checkpoint now.
  virtual bool wants_to_stop() { return false; }
};

struct TrainingResult {
  std::vector<EpochReport> epochs;  ///< those before a resume included
  std::int64_t best_epoch = 0;      ///< 0: none was evaluated
  bool stopped = false;             ///< by the observer
  std::filesystem::path model;      ///< the best one's file
  std::filesystem::path report;
};

/// Trains into the folder `job.recipe.train.out`: model.safetensors (the best by CIDEr-D of the dev
/// photos; of equal ones that of the lowest perplexity, then the first),
/// checkpoint/last.safetensors, log.jsonl, recipe.toml, report.html.
///
/// With reward.from_epoch, reward training begins in that epoch, or earlier when train.patience is
/// over: from the best model so far, with a fresh optimiser and average. It ends by train.epochs,
/// or by train.patience counted from its beginning. With train.average the averaged weights are
/// evaluated and saved in place of the last ones (statistics of batch normalisation are the last).
///
/// `resume`: goes on from the checkpoint, bit for bit as if it had never been interrupted; without
/// one it starts anew. What may differ from the recipe of the checkpoint: the number of epochs,
/// patience, learning rate, clipping, checkpoint_every, places of files and all of [reward]; so a
/// training of likelihood, finished or not, goes on with reward. An epoch that was begun is
/// finished first.
///
/// Not `resume`: throws InvalidArgument when the folder holds a checkpoint already. Throws
/// NumericalError, naming the step and the last good checkpoint, when the loss is not finite, and
/// IoError when the checkpoint is damaged, or of another recipe.
TrainingResult train(Job& job, Observer& observer, bool resume = false);

}  // namespace limn::train
