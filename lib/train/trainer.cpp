#include "limn/train/trainer.h"

#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <limits>
#include <optional>

#include "core/check.h"
#include "limn/core/atomic_file.h"
#include "limn/core/json_lines.h"
#include "limn/optim/clip.h"
#include "limn/train/objective.h"
#include "train/checkpoint.h"
#include "train/epoch_captions.h"
#include "train/run_report.h"

namespace limn::train {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// Steps between two lines of the log.
constexpr std::int64_t kLogEvery = 100;

/// The files of a run.
struct RunFolder {
  fs::path folder;
  fs::path model() const { return folder / "model.safetensors"; }
  fs::path checkpoint() const { return folder / "checkpoint" / "last.safetensors"; }
  fs::path log() const { return folder / "log.jsonl"; }
  fs::path recipe() const { return folder / "recipe.toml"; }
  fs::path report() const { return folder / "report.html"; }

  void make() const {
    std::error_code error;
    fs::create_directories(checkpoint().parent_path(), error);
    if (error) {
      throw IoError(folder, fmt::format("cannot be made ({}); choose a folder you may write to",
                                        error.message()));
    }
  }
};

std::vector<optim::ParameterGroup> groups_of(const Job& job) {
  const auto named = [](const nn::Module& module, const std::string& prefix) {
    std::vector<optim::NamedVariable> result;
    for (const auto& [name, variable] : module.parameters())
      result.emplace_back(prefix + "." + name, variable);
    return result;
  };
  std::vector<optim::ParameterGroup> groups = {{named(job.model.captioner(), "captioner"), 1}};
  if (encoder_changes(job)) {
    groups.push_back(
        {named(job.model.encoder(), "encoder"), job.recipe.encoder.learning_rate_scale});
  }
  return groups;
}

optim::ScheduleConfig schedule_of(const Recipe& recipe, std::int64_t steps_per_epoch,
                                  const models::Captioner& captioner) {
  optim::ScheduleConfig config{.name = recipe.schedule.name,
                               .warmup = recipe.schedule.warmup,
                               .decay = recipe.schedule.decay,
                               .every = recipe.schedule.every * steps_per_epoch,
                               .total = recipe.train.epochs * steps_per_epoch,
                               .patience = recipe.schedule.patience};
  for (const auto& [name, value] : captioner.options()) {
    if (name == "hidden") config.width = std::stoll(value);
  }
  return config;
}

class Trainer {
 public:
  Trainer(Job& job, Observer& observer);
  TrainingResult run(bool resume);

 private:
  void begin_anew();
  void go_on();
  void write_recipe() const;
  void run_epoch();
  void set_what_is_trained();
  void step();
  void update(const ObjectiveResult& result);
  void set_learning_rate(std::int64_t step);
  void require_finite(const char* what, double value) const;
  void report_step(Clock::time_point start);
  void finish_epoch();
  void keep_if_best(const Evaluation& evaluation, EpochReport& report);
  void append_to_log(const std::string& line);
  void save();
  bool patience_is_over() const;
  void load_best();

  Job& job_;
  Observer& observer_;
  const Recipe& recipe_;
  RunFolder files_;
  Checkpoint checkpoint_;
  std::int64_t steps_;  // of an epoch
  std::unique_ptr<optim::Optimizer> optimizer_;
  optim::Schedule schedule_;
  std::vector<std::vector<std::vector<std::int32_t>>> encoded_;  // captions of each training photo
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
      steps_((std::ssize(job.train) + recipe_.train.batch - 1) / recipe_.train.batch),
      optimizer_(optim::make_optimizer(recipe_.optimizer, groups_of(job))),
      schedule_(schedule_of(recipe_, steps_, job.model.captioner())),
      encoded_(encode_captions(job.train, job.model.vocabulary(), recipe_.text.max_length)) {
  state_.generator = Generator(static_cast<std::uint64_t>(recipe_.train.seed)).fork(kDropout);
}

TrainingResult Trainer::run(bool resume) {
  for (const std::string& note : job_.notes) observer_.on_note(note);
  for (const std::string& warning : job_.warnings) observer_.on_warning(warning);
  files_.make();
  if (resume && fs::exists(files_.checkpoint())) {
    go_on();
  } else {
    begin_anew();
  }
  write_recipe();
  log_.emplace(files_.log());
  while (!stopped_ && state_.epoch <= recipe_.train.epochs && !patience_is_over()) run_epoch();
  if (!stopped_) load_best();
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
  truncate_json_lines(files_.log(), 0);
}

void Trainer::go_on() {
  state_ = checkpoint_.load(*optimizer_);
  schedule_.load_state(state_.schedule);
  // An epoch whose last step is behind reports its rate.
  if (optimizer_->steps() > 0) set_learning_rate(optimizer_->steps() - 1);
  truncate_json_lines(files_.log(), static_cast<std::size_t>(state_.log_lines));
}

void Trainer::write_recipe() const { write_file_atomically(files_.recipe(), recipe_text(recipe_)); }

void Trainer::run_epoch() {
  set_what_is_trained();
  auto batches = data::epoch_batches(std::ssize(job_.train), recipe_.train.batch,
                                     static_cast<std::uint64_t>(recipe_.train.seed), state_.epoch);
  batches.erase(batches.begin(), batches.begin() + state_.next_batch);
  job_.train_features->start(std::move(batches));
  while (state_.next_batch < steps_) {
    const auto start = Clock::now();
    step();
    report_step(start);
    stopped_ = observer_.wants_to_stop();
    if (stopped_ ||
        (state_.next_batch % recipe_.train.checkpoint_every == 0 && state_.next_batch < steps_)) {
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
  const nn::Pass pass{.training = true, .generator = &state_.generator};
  const SourceBatch source = job_.train_features->next(pass);
  ++state_.next_batch;
  if (source.items.empty()) return;
  const data::CaptionBatch batch =
      data::pack_captions(captions_of_epoch(encoded_, source.items, recipe_.train, state_.epoch),
                          job_.model.vocabulary().begin(), job_.model.vocabulary().end());
  const ObjectiveResult result = maximum_likelihood(job_.model.captioner(), source.features, batch,
                                                    {recipe_.train.label_smoothing}, pass);
  update(result);
  state_.epoch_log_probability += result.log_probability;
  state_.epoch_words += result.words;
  state_.total_words += result.words;
}

void Trainer::update(const ObjectiveResult& result) {
  require_finite("loss", result.loss.value().item());
  optimizer_->clear_grad();
  backward(result.loss);
  const auto parameters = optimizer_->parameters();
  if (recipe_.train.clip_value > 0) optim::clip_value(parameters, recipe_.train.clip_value);
  const double most = recipe_.train.clip_norm > 0 ? recipe_.train.clip_norm
                                                  : std::numeric_limits<double>::infinity();
  require_finite("norm of the gradient", optim::clip_norm(parameters, most));
  set_learning_rate(optimizer_->steps());
  optimizer_->step();
  job_.model.captioner().mark_changed();
  if (job_.model.has_encoder()) job_.model.encoder().mark_changed();
}

void Trainer::set_learning_rate(std::int64_t step) {
  optimizer_->set_learning_rate(recipe_.train.learning_rate * schedule_.factor(step));
}

void Trainer::require_finite(const char* what, double value) const {
  if (std::isfinite(value)) return;
  throw NumericalError(
      fmt::format("train: the {} is {} in step {} of epoch {}; {}; a lower train.learning_rate or "
                  "train.clip_norm helps most, and --resume takes both",
                  what, value, state_.next_batch, state_.epoch,
                  fs::exists(files_.checkpoint())
                      ? fmt::format("the last good checkpoint is {}", files_.checkpoint().string())
                      : "there is no checkpoint yet"));
}

void Trainer::report_step(Clock::time_point start) {
  const double seconds = seconds_since(start);
  state_.epoch_seconds += seconds;
  state_.total_seconds += seconds;
  const double done = static_cast<double>((state_.epoch - 1) * steps_ + state_.next_batch);
  const double all = static_cast<double>(recipe_.train.epochs * steps_);
  const StepReport report{
      .epoch = state_.epoch,
      .epochs = recipe_.train.epochs,
      .step = state_.next_batch,
      .steps = steps_,
      .loss = -state_.epoch_log_probability /
              static_cast<double>(std::max<std::int64_t>(state_.epoch_words, 1)),
      .words_per_second = static_cast<double>(state_.total_words) / state_.total_seconds,
      .seconds_left = state_.total_seconds / done * (all - done)};
  observer_.on_step(report);
  const auto& failures = job_.train_features->failures();
  for (; failures_reported_ < failures.size(); ++failures_reported_)
    observer_.on_warning("left out: " + failures[failures_reported_]);
  if (state_.next_batch % kLogEvery != 0) return;
  append_to_log(fmt::format(R"({{"epoch":{},"step":{},"loss":{:.6f},"words_per_second":{:.1f}}})",
                            report.epoch, report.step, report.loss, report.words_per_second));
}

void Trainer::finish_epoch() {
  EpochReport report{
      .epoch = state_.epoch,
      .loss = -state_.epoch_log_probability /
              static_cast<double>(std::max<std::int64_t>(state_.epoch_words, 1)),
      .learning_rate = optimizer_->learning_rate(),
      .seconds = state_.epoch_seconds,
      .words_per_second = static_cast<double>(state_.epoch_words) / state_.epoch_seconds,
      .scores = {}};
  const decode::SearchOptions search{.beam = static_cast<int>(recipe_.search.beam),
                                     .max_length = recipe_.text.max_length,
                                     .length_penalty = recipe_.search.length_penalty};
  const Evaluation evaluation = evaluate(
      job_.model, *job_.dev_features, job_.dev, search,
      [&](std::int64_t done, std::int64_t total) { observer_.on_evaluation(done, total); });
  report.scores = evaluation.summary();
  report.distinct = evaluation.distinct;
  report.photos = std::ssize(evaluation.items);
  keep_if_best(evaluation, report);
  schedule_.report(report.scores.at("CIDEr-D"));
  state_.epochs.push_back(report);
  append_to_log(epoch_line(report));
  ++state_.epoch;
  state_.next_batch = 0;
  state_.epoch_log_probability = state_.epoch_seconds = 0;
  state_.epoch_words = 0;
  save();
  write_file_atomically(files_.report(), render_report(run_report(job_, state_)));
  observer_.on_epoch(report);
  stopped_ = observer_.wants_to_stop();
}

void Trainer::keep_if_best(const Evaluation& evaluation, EpochReport& report) {
  const double score = evaluation.scores.cider_d.corpus;
  report.best = score > state_.best_score;
  if (!report.best) return;
  state_.best_score = score;
  state_.best_epoch = report.epoch;
  state_.samples = choose_samples(evaluation);
  job_.model.scores = report.scores;
  job_.model.save(files_.model());
}

void Trainer::append_to_log(const std::string& line) {
  log_->append(line);
  ++state_.log_lines;
}

void Trainer::save() {
  state_.schedule = schedule_.state();
  checkpoint_.save(*optimizer_, state_);
}

bool Trainer::patience_is_over() const {
  return recipe_.train.patience > 0 && state_.best_epoch > 0 &&
         state_.epoch - 1 - state_.best_epoch >= recipe_.train.patience;
}

void Trainer::load_best() {
  if (state_.best_epoch == 0) return;
  const models::PhotoCaptioner best = models::PhotoCaptioner::load(files_.model());
  const auto copy = [](const nn::Module& from, nn::Module& to) {
    const auto state = from.state_dict();
    to.load_state_dict({state.begin(), state.end()});
    to.set_trainable(false);
  };
  copy(best.captioner(), job_.model.captioner());
  if (best.has_encoder()) copy(best.encoder(), job_.model.encoder());
  job_.model.scores = best.scores;
}

}  // namespace

TrainingResult train(Job& job, Observer& observer, bool resume) {
  require(!job.train.empty() && !job.dev.empty(),
          "train: needs photos to train on and dev photos; got {} and {}", job.train.size(),
          job.dev.size());
  return Trainer(job, observer).run(resume);
}

}  // namespace limn::train
