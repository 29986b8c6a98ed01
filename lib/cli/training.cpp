#include "cli/training.h"

#include <fmt/format.h>

#include <optional>

#include "cli/interrupt.h"
#include "core/json_value.h"

namespace limn::cli {
namespace {

// " of 20" once the number of epochs is known.
std::string epoch_text(std::int64_t epoch, std::int64_t epochs) {
  return epochs > 0 ? fmt::format("epoch {}/{}", epoch, epochs) : fmt::format("epoch {}", epoch);
}

const train::EpochReport* best_epoch(const train::TrainingResult& result) {
  for (const train::EpochReport& epoch : result.epochs) {
    if (epoch.epoch == result.best_epoch) return &epoch;
  }
  return nullptr;
}

ordered_json epoch_json(const train::EpochReport& epoch) {
  ordered_json json{{"epoch", epoch.epoch}, {"phase", epoch.phase}, {"loss", epoch.loss}};
  if (epoch.reward) json["reward"] = *epoch.reward;
  json.update(ordered_json{{"learning_rate", epoch.learning_rate},
                           {"seconds", epoch.seconds},
                           {"words_per_second", epoch.words_per_second},
                           {"scores", json_numbers(epoch.scores)},
                           {"photos", epoch.photos},
                           {"distinct", epoch.distinct},
                           {"best", epoch.best}});
  return json;
}

// The loss, or what reward training raises.
std::string progress_text(double loss, std::optional<double> reward) {
  return reward ? fmt::format("reward {:.4f}", *reward) : fmt::format("loss {:.3f}", loss);
}

}  // namespace

void TrainingWatcher::on_note(const std::string& text) { progress_.line("limn: " + text); }

void TrainingWatcher::on_warning(const std::string& text) {
  progress_.line("limn: warning: " + text);
}

void TrainingWatcher::on_step(const train::StepReport& report) {
  epochs_ = report.epochs;
  progress_.show(fmt::format("{}  step {}/{}  {}  {:.0f} words/s  {} left",
                             epoch_text(report.epoch, report.epochs), report.step, report.steps,
                             progress_text(report.loss, report.reward), report.words_per_second,
                             clock_text(report.seconds_left)));
}

void TrainingWatcher::on_evaluation(std::int64_t done, std::int64_t total) {
  progress_.show(fmt::format("captioning the dev photos: {}/{}", done, total));
}

void TrainingWatcher::on_epoch(const train::EpochReport& report) {
  words_per_second_ = report.words_per_second;
  std::string text = fmt::format("{}  {}", epoch_text(report.epoch, epochs_),
                                 progress_text(report.loss, report.reward));
  for (const char* name : {"CIDEr-D", "BLEU-4", "perplexity"}) {
    const auto score = report.scores.find(name);
    if (score != report.scores.end())
      text +=
          fmt::format("  {} {:.{}f}", name, score->second, score->first == "perplexity" ? 2 : 4);
  }
  if (report.photos > 0) text += fmt::format("  {} distinct", report.distinct);
  text += fmt::format("  {:.0f} words/s  {}", report.words_per_second, clock_text(report.seconds));
  progress_.line(report.best ? text + "  best" : text);
}

bool TrainingWatcher::wants_to_stop() {
  if (interrupt() == 0) return false;
  if (!stopping_) progress_.line("limn: stopping at a checkpoint; once more ends it at once");
  return stopping_ = true;
}

ordered_json training_json(const train::TrainingResult& result) {
  ordered_json epochs = ordered_json::array();
  for (const train::EpochReport& epoch : result.epochs) epochs.push_back(epoch_json(epoch));
  return {{"best_epoch", result.best_epoch},
          {"stopped", result.stopped},
          {"model", result.model.string()},
          {"report", result.report.string()},
          {"epochs", std::move(epochs)}};
}

Rows training_rows(const train::TrainingResult& result) {
  Rows rows;
  if (const train::EpochReport* best = best_epoch(result)) {
    rows.push_back({"best epoch", fmt::format("{} of {}", best->epoch, result.epochs.size())});
    for (const auto& row : score_rows(best->scores)) rows.push_back(row);
  }
  rows.push_back({"model", result.model.string()});
  rows.push_back({"report", result.report.string()});
  return rows;
}

}  // namespace limn::cli
