#include "limn/train/trainer.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>

#include "core/check.h"
#include "limn/core/atomic_file.h"
#include "limn/core/json_lines.h"
#include "limn/core/precision.h"
#include "limn/train/recipe_search.h"
#include "train/best_model.h"
#include "train/checkpoint.h"
#include "train/epoch_captions.h"
#include "train/phase.h"
#include "train/run_folder.h"
#include "train/run_report.h"
#include "train/step_objective.h"
#include "train/updater.h"

namespace limn::train {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// Steps between two lines of the log.
constexpr std::int64_t kLogEvery = 100;

class Trainer {
 public:
  Trainer(Job& job, Observer& observer);
  TrainingResult run(bool resume);

 private:
  void begin_anew();
  void go_on();
  void write_recipe() const;
  void warn_without_reward() const;
  void begin_reward();
  void run_epoch();
  void set_what_is_trained();
  void step();
  void learn_from_next_batch();
  void require_finite(const char* what, double value) const;
  [[noreturn]] void refuse_to_go_on(const std::string& reason) const;
  std::int64_t steps_done() const;
  double seconds_left() const;
  void report_step(Clock::time_point start);
  void finish_epoch();
  void evaluate_epoch(EpochReport& report);
  Evaluation evaluation_of_dev();
  void note_if_best(const Evaluation& evaluation, EpochReport& report);
  bool is_at_best() const;
  void save_best();
  void append_to_log(const std::string& line);
  void save();
  bool in_reward() const { return state_.reward_from > 0; }
  bool reward_is_due() const;
  bool patience_is_over() const;
  void load_best();

  Job& job_;
  Observer& observer_;
  const Recipe& recipe_;
  RunFolder files_;
  Checkpoint checkpoint_;
  Phase phase_;
  Updater updater_;
  StepObjective objective_;
  TrainingState state_;
  std::optional<JsonLines> log_;
  std::size_t failures_reported_ = 0;
  bool stopped_ = false;
};

Trainer::Trainer(Job& job, Observer& observer)
    : job_(job),
      observer_(observer),
      recipe_(job.recipe),
      files_{job.recipe.train.out},
      checkpoint_(files_.checkpoint(), job),
      phase_(phase_of(job, job.recipe.reward.from_epoch == 1 ? 1 : 0)),
      updater_(job, phase_),
      objective_(job) {
  state_.generator = Generator(static_cast<std::uint64_t>(recipe_.train.seed)).fork(kDropout);
}

TrainingResult Trainer::run(bool resume) {
  for (const std::string& note : job_.notes) observer_.on_note(note);
  if (product_precision() != Precision::float32)
    observer_.on_note(fmt::format("products are in {}", name_of(product_precision())));
  for (const std::string& warning : job_.warnings) observer_.on_warning(warning);
  files_.make();
  if (resume && fs::exists(files_.checkpoint())) {
    go_on();
  } else {
    if (resume)
      observer_.on_note(fmt::format("no checkpoint in {}: beginning anew", files_.folder.string()));
    begin_anew();
  }
  warn_without_reward();
  write_recipe();
  log_.emplace(files_.log());
  while (!stopped_ && state_.epoch <= recipe_.train.epochs) {
    if (reward_is_due()) begin_reward();
    if (patience_is_over()) break;
    run_epoch();
  }
  if (!stopped_ && state_.best_epoch > 0) {
    load_best();
    job_.model.captioner().set_trainable(false);
    if (job_.model.has_encoder()) job_.model.encoder().set_trainable(false);
  }
  return {.epochs = state_.epochs,
          .best_epoch = state_.best_epoch,
          .stopped = stopped_,
          .model = files_.model(),
          .report = files_.report()};
}

void Trainer::begin_anew() {
  require(
      !fs::exists(files_.checkpoint()),
      "train: {} holds a checkpoint already; --resume goes on from it, another train.out begins "
      "anew",
      files_.folder.string());
  require(!fs::exists(files_.model()),
          "train: {} is there already, and no checkpoint to go on from; move it away, or choose "
          "another train.out",
          files_.model().string());
  truncate_json_lines(files_.log(), 0);
}

void Trainer::go_on() {
  state_ = checkpoint_.load(updater_);
  phase_ = phase_of(job_, state_.reward_from);
  truncate_json_lines(files_.log(), static_cast<std::size_t>(state_.log_lines));
  if (is_at_best()) {
    save_best();
  } else if (state_.best_epoch > 0) {
    read_best_model(files_.model(), state_.best());
  }
}

void Trainer::write_recipe() const { write_file_atomically(files_.recipe(), recipe_text(recipe_)); }

bool Trainer::reward_is_due() const {
  const std::int64_t from = recipe_.reward.from_epoch;
  if (in_reward() || from == 0 || state_.next_batch > 0) return false;
  return state_.epoch >= from || patience_is_over();
}

void Trainer::warn_without_reward() const {
  const std::int64_t from = recipe_.reward.from_epoch;
  if (in_reward() || from <= recipe_.train.epochs) return;
  observer_.on_warning(fmt::format(
      "reward.from_epoch {} is beyond train.epochs {}: no reward training{}", from,
      recipe_.train.epochs, recipe_.train.patience > 0 ? ", unless train.patience is over" : ""));
}

// A checkpoint says so at once: later the best model may be another one.
void Trainer::begin_reward() {
  if (state_.best_epoch > 0) load_best();
  state_.reward_from = state_.epoch;
  phase_ = phase_of(job_, state_.reward_from);
  updater_.restart(phase_);
  observer_.on_note(state_.best_epoch > 0
                        ? fmt::format("reward training begins in epoch {}, from the model of epoch "
                                      "{}",
                                      state_.epoch, state_.best_epoch)
                        : "reward training begins with random weights");
  save();
}

void Trainer::run_epoch() {
  set_what_is_trained();
  auto batches = data::epoch_batches(std::ssize(job_.train), phase_.batch,
                                     static_cast<std::uint64_t>(recipe_.train.seed), state_.epoch);
  batches.erase(batches.begin(), batches.begin() + state_.next_batch);
  job_.train_features->start(std::move(batches));
  while (state_.next_batch < phase_.batches) {
    const auto start = Clock::now();
    step();
    report_step(start);
    stopped_ = observer_.wants_to_stop();
    if (stopped_ || (steps_done() % recipe_.train.checkpoint_every == 0 &&
                     state_.next_batch < phase_.batches)) {
      save();
    }
    if (stopped_) return;
  }
  finish_epoch();
}

void Trainer::set_what_is_trained() {
  job_.model.captioner().set_trainable(true);
  if (!job_.model.has_encoder()) return;
  const std::int64_t from = recipe_.encoder.train_from;
  job_.model.encoder().set_trainable(encoder_changes(job_) && from > 0 && state_.epoch >= from);
}

void Trainer::step() {
  updater_.begin();
  for (std::int64_t k = 0; k < recipe_.train.accumulate && state_.next_batch < phase_.batches; ++k)
    learn_from_next_batch();
  if (!updater_.has_gradient()) return;
  require_finite("norm of the gradient", updater_.clip());
  updater_.apply();
}

void Trainer::learn_from_next_batch() {
  const nn::Pass pass{.training = true, .generator = &state_.generator};
  const SourceBatch source = job_.train_features->next(pass);
  ++state_.next_batch;
  if (source.items.empty()) return;
  const ObjectiveResult result = in_reward() ? objective_.reward(source, state_.epoch, pass)
                                             : objective_.likelihood(source, state_.epoch, pass);
  require_finite("loss", result.loss.value().item());
  updater_.add(result);
  state_.epoch_log_probability += result.log_probability;
  state_.epoch_words += result.words;
  state_.epoch_reward += result.reward;
  state_.epoch_said += result.said;
  state_.total_words += result.words;
}

void Trainer::require_finite(const char* what, double value) const {
  if (std::isfinite(value)) return;
  refuse_to_go_on(fmt::format("the {} is {} in step {} of epoch {}", what, value, state_.next_batch,
                              state_.epoch));
}

void Trainer::refuse_to_go_on(const std::string& reason) const {
  throw NumericalError(
      fmt::format("train: {}; {}; a lower learning rate or train.clip_norm helps most, and "
                  "--resume takes both",
                  reason,
                  fs::exists(files_.checkpoint())
                      ? fmt::format("the last good checkpoint is {}", files_.checkpoint().string())
                      : "there is no checkpoint yet"));
}

std::int64_t Trainer::steps_done() const {
  return (state_.next_batch + recipe_.train.accumulate - 1) / recipe_.train.accumulate;
}

double Trainer::seconds_left() const {
  const std::int64_t left =
      (recipe_.train.epochs - state_.epoch + 1) * phase_.batches - state_.next_batch;
  return state_.epoch_seconds / static_cast<double>(state_.next_batch) * static_cast<double>(left);
}

void Trainer::report_step(Clock::time_point start) {
  const double seconds = seconds_since(start);
  state_.epoch_seconds += seconds;
  state_.total_seconds += seconds;
  const StepReport report{
      .epoch = state_.epoch,
      .epochs = recipe_.train.epochs,
      .step = steps_done(),
      .steps = phase_.steps,
      .loss = state_.epoch_loss(),
      .reward = state_.mean_reward(),
      .words_per_second = static_cast<double>(state_.total_words) / state_.total_seconds,
      .seconds_left = seconds_left()};
  observer_.on_step(report);
  const auto& failures = job_.train_features->failures();
  for (; failures_reported_ < failures.size(); ++failures_reported_)
    observer_.on_warning("left out: " + failures[failures_reported_]);
  if (report.step % kLogEvery == 0) append_to_log(step_line(report));
}

void Trainer::finish_epoch() {
  EpochReport report{
      .epoch = state_.epoch,
      .phase = phase_.name,
      .loss = state_.epoch_loss(),
      .reward = state_.mean_reward(),
      .learning_rate = updater_.learning_rate(),
      .seconds = state_.epoch_seconds,
      .words_per_second = static_cast<double>(state_.epoch_words) / state_.epoch_seconds,
      .scores = {}};
  evaluate_epoch(report);
  updater_.schedule().report(report.scores.at("CIDEr-D"));
  state_.epochs.push_back(report);
  append_to_log(epoch_line(report));
  state_.begin_next_epoch();
  save();  // before the model: go_on makes that again when this is the last that was written
  if (report.best) save_best();
  write_file_atomically(files_.report(), render_report(run_report(job_, state_)));
  observer_.on_epoch(report);
  stopped_ = observer_.wants_to_stop();
}

void Trainer::evaluate_epoch(EpochReport& report) {
  const Updater::Averaged averaged(updater_);
  const Evaluation evaluation = evaluation_of_dev();
  report.scores = evaluation.summary();
  report.distinct = evaluation.distinct;
  report.photos = std::ssize(evaluation.items);
  note_if_best(evaluation, report);
}

Evaluation Trainer::evaluation_of_dev() {
  try {
    return evaluate(
        job_.model, *job_.dev_features, job_.dev, search_of(recipe_, job_.model),
        [&](std::int64_t done, std::int64_t total) { observer_.on_evaluation(done, total); });
  } catch (const NumericalError& error) {
    refuse_to_go_on(fmt::format("after epoch {}: {}", state_.epoch, error.what()));
  }
}

void Trainer::note_if_best(const Evaluation& evaluation, EpochReport& report) {
  report.best = state_.beaten_by(report.scores);
  if (!report.best) return;
  state_.best_score = evaluation.scores.cider_d.corpus;
  state_.best_epoch = report.epoch;
  state_.samples = choose_samples(evaluation);
}

// Whether the weights are those of the best epoch: nothing was learnt since its end.
bool Trainer::is_at_best() const {
  return state_.best_epoch > 0 && state_.best_epoch == state_.epoch - 1 && state_.next_batch == 0;
}

void Trainer::save_best() {
  const Updater::Averaged averaged(updater_);
  job_.model.scores = state_.best().scores;
  job_.model.save(files_.model());
}

void Trainer::append_to_log(const std::string& line) {
  log_->append(line);
  ++state_.log_lines;
}

void Trainer::save() {
  state_.schedule = updater_.schedule().state();
  checkpoint_.save(updater_, state_);
}

bool Trainer::patience_is_over() const {
  const std::int64_t since = std::max(state_.best_epoch, state_.reward_from - 1);
  return recipe_.train.patience > 0 && state_.best_epoch > 0 && state_.next_batch == 0 &&
         state_.epoch - 1 - since >= recipe_.train.patience;
}

void Trainer::load_best() { load_best_model(files_.model(), state_.best(), job_.model); }

}  // namespace

TrainingResult train(Job& job, Observer& observer, bool resume) {
  require(!job.train.empty() && !job.dev.empty(),
          "train: needs photos to train on and dev photos; got {} and {}", job.train.size(),
          job.dev.size());
  const PrecisionGuard guard(precision_from(job.recipe.train.precision));
  job.recipe.train.precision = name_of(product_precision());  // what "auto" is here stays
  return Trainer(job, observer).run(resume);
}

}  // namespace limn::train
