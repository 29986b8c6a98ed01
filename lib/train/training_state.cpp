#include "train/training_state.h"

#include <fmt/format.h>

#include <algorithm>

namespace limn::train {
namespace {

// Checkpoints of limn 0.1 before there was a choice lack some keys.
std::int64_t integer_or(const JsonValue& object, const char* key, std::int64_t otherwise) {
  return object.has(key) ? object.at(key).integer() : otherwise;
}

json to_json(const EpochReport& report) {
  json result{{"epoch", report.epoch},
              {"phase", report.phase},
              {"loss", json_number(report.loss)},
              {"learning_rate", report.learning_rate},
              {"seconds", report.seconds},
              {"words_per_second", json_number(report.words_per_second)},
              {"dev", json_numbers(report.scores)},
              {"distinct", report.distinct},
              {"photos", report.photos},
              {"best", report.best}};
  if (report.reward) result["reward"] = json_number(*report.reward);
  return result;
}

EpochReport epoch_from(const JsonValue& object) {
  const JsonValue dev = object.at("dev");
  EpochReport report{.epoch = object.at("epoch").integer(),
                     .loss = object.at("loss").any_number(),
                     .learning_rate = object.at("learning_rate").number(),
                     .seconds = object.at("seconds").number(),
                     .words_per_second = object.at("words_per_second").any_number(),
                     .scores = dev.named_numbers(),
                     .distinct = object.at("distinct").integer(),
                     .photos = object.at("photos").integer(),
                     .best = object.at("best").flag()};
  for (const char* needed : {"CIDEr-D", "perplexity"}) dev.at(needed);
  if (object.has("phase")) report.phase = object.at("phase").text();
  if (object.has("reward")) report.reward = object.at("reward").any_number();
  return report;
}

json to_json(const SampleCaption& sample) {
  json words = json::array();
  for (const models::ScoredWord& word : sample.words)
    words.push_back({word.word, json_number(word.log_probability)});
  return {{"item", sample.item},
          {"words", words},
          {"log_probability", json_number(sample.log_probability)},
          {"cider", json_number(sample.cider)}};
}

SampleCaption sample_from(const JsonValue& object) {
  SampleCaption sample{.item = object.at("item").integer(),
                       .words = {},
                       .log_probability = object.at("log_probability").any_number(),
                       .cider = object.at("cider").any_number()};
  for (const JsonValue& word : object.at("words").items())
    sample.words.push_back({word.at(0).text(), word.at(1).any_number()});
  return sample;
}

}  // namespace

json state_json(const TrainingState& state) {
  json epochs = json::array(), samples = json::array();
  for (const EpochReport& epoch : state.epochs) epochs.push_back(to_json(epoch));
  for (const SampleCaption& sample : state.samples) samples.push_back(to_json(sample));
  return {{"epoch", state.epoch},
          {"next_batch", state.next_batch},
          {"epoch_log_probability", state.epoch_log_probability},
          {"epoch_words", state.epoch_words},
          {"epoch_reward", state.epoch_reward},
          {"epoch_said", state.epoch_said},
          {"epoch_seconds", state.epoch_seconds},
          {"total_seconds", state.total_seconds},
          {"total_words", state.total_words},
          {"generator", {state.generator.state().seed, state.generator.state().counter}},
          {"reward_from", state.reward_from},
          {"best_score", json_number(state.best_score)},
          {"best_epoch", state.best_epoch},
          {"log_lines", state.log_lines},
          {"epochs", epochs},
          {"samples", samples},
          {"schedule", state.schedule}};
}

TrainingState state_from(const JsonValue& object) {
  const JsonValue generator = object.at("generator");
  TrainingState state;
  state.epoch = object.at("epoch").integer();
  state.next_batch = object.at("next_batch").integer();
  state.epoch_log_probability = object.at("epoch_log_probability").number();
  state.epoch_words = object.at("epoch_words").integer();
  if (object.has("epoch_reward")) state.epoch_reward = object.at("epoch_reward").number();
  state.epoch_said = integer_or(object, "epoch_said", 0);
  state.reward_from = integer_or(object, "reward_from", 0);
  state.epoch_seconds = object.at("epoch_seconds").number();
  state.total_seconds = object.at("total_seconds").number();
  state.total_words = object.at("total_words").integer();
  state.generator =
      Generator(Generator::State{generator.at(0).natural(), generator.at(1).natural()});
  state.best_score = object.at("best_score").any_number();
  state.best_epoch = object.at("best_epoch").integer();
  state.log_lines = object.at("log_lines").integer();
  state.schedule = object.at("schedule").text();
  for (const JsonValue& epoch : object.at("epochs").items())
    state.epochs.push_back(epoch_from(epoch));
  for (const JsonValue& sample : object.at("samples").items())
    state.samples.push_back(sample_from(sample));
  return state;
}

double TrainingState::epoch_loss() const {
  return -epoch_log_probability / static_cast<double>(std::max<std::int64_t>(epoch_words, 1));
}

std::optional<double> TrainingState::mean_reward() const {
  if (epoch_said == 0) return {};
  return epoch_reward / static_cast<double>(epoch_said);
}

const EpochReport& TrainingState::best() const {
  return epochs[static_cast<std::size_t>(best_epoch) - 1];
}

bool TrainingState::beaten_by(const std::map<std::string, double>& scores) const {
  if (best_epoch == 0) return true;
  const auto rank = [](const auto& of) {
    return std::pair(of.at("CIDEr-D"), -of.at("perplexity"));
  };
  return rank(scores) > rank(best().scores);
}

void TrainingState::begin_next_epoch() {
  ++epoch;
  next_batch = 0;
  epoch_log_probability = epoch_reward = epoch_seconds = 0;
  epoch_words = epoch_said = 0;
}

std::string step_line(const StepReport& report) {
  const std::string reward =
      report.reward ? fmt::format(R"("reward":{:.6f},)", *report.reward) : "";
  return fmt::format(R"({{"epoch":{},"step":{},"loss":{:.6f},{}"words_per_second":{:.1f}}})",
                     report.epoch, report.step, report.loss, reward, report.words_per_second);
}

std::string epoch_line(const EpochReport& report) { return to_json(report).dump(); }

}  // namespace limn::train
