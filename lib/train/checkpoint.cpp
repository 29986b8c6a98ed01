#include "train/checkpoint.h"

#include <fmt/format.h>

#include <set>

#include "core/fnv.h"
#include "core/json_value.h"
#include "limn/core/error.h"
#include "limn/core/safetensors.h"

namespace limn::train {
namespace {

constexpr int kVersion = 1;
constexpr const char* kKind = "checkpoint";

json to_json(const EpochReport& report) {
  json scores = json::object();
  for (const auto& [name, value] : report.scores) scores[name] = json_number(value);
  return {{"epoch", report.epoch},
          {"loss", json_number(report.loss)},
          {"learning_rate", report.learning_rate},
          {"seconds", report.seconds},
          {"words_per_second", report.words_per_second},
          {"dev", scores},
          {"distinct", report.distinct},
          {"photos", report.photos},
          {"best", report.best}};
}

EpochReport epoch_from(const JsonValue& object) {
  EpochReport report{.epoch = object.at("epoch").integer(),
                     .loss = object.at("loss").any_number(),
                     .learning_rate = object.at("learning_rate").number(),
                     .seconds = object.at("seconds").number(),
                     .words_per_second = object.at("words_per_second").number(),
                     .scores = {},
                     .distinct = object.at("distinct").integer(),
                     .photos = object.at("photos").integer(),
                     .best = object.at("best").flag()};
  for (const auto& [name, value] : object.at("dev").members())
    report.scores[name] = value.any_number();
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

json to_json(const TrainingState& state) {
  json epochs = json::array(), samples = json::array();
  for (const EpochReport& epoch : state.epochs) epochs.push_back(to_json(epoch));
  for (const SampleCaption& sample : state.samples) samples.push_back(to_json(sample));
  return {{"epoch", state.epoch},
          {"next_batch", state.next_batch},
          {"epoch_log_probability", state.epoch_log_probability},
          {"epoch_words", state.epoch_words},
          {"epoch_seconds", state.epoch_seconds},
          {"total_seconds", state.total_seconds},
          {"total_words", state.total_words},
          {"generator", {state.generator.state().seed, state.generator.state().counter}},
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

std::map<std::string, std::string> recipe_entries(const Recipe& recipe) {
  Recipe copy = recipe;
  const auto texts = option_texts(options_of(copy));
  return {texts.begin(), texts.end()};
}

// What may differ between a training and its resumption.
bool may_differ(const std::string& key) {
  static const std::set<std::string> keys = {
      "train.epochs",     "train.patience",  "train.out",   "train.checkpoint_every",
      "train.clip_value", "train.clip_norm", "data.folder", "train.learning_rate",
      "data.captions",    "data.train",      "data.dev",    "data.features",
      "data.images",      "encoder.weights"};
  return keys.contains(key);
}

void check_recipe(const std::filesystem::path& path, const JsonValue& there, const Recipe& here) {
  const auto old = there.named_texts();
  for (const auto& [key, value] : recipe_entries(here)) {
    const auto found = old.find(key);
    if (may_differ(key) || (found != old.end() && found->second == value)) continue;
    throw IoError(path, fmt::format("is of another training: {} is {} there, {} here; use the same "
                                    "recipe, or another train.out for a new training",
                                    key, found == old.end() ? "not known" : found->second, value));
  }
}

// FNV-1a of the captions.
std::uint64_t fingerprint(const std::vector<std::string>& captions) {
  std::uint64_t hash = fnv1a("");
  for (const std::string& caption : captions) hash = fnv1a("\n", fnv1a(caption, hash));
  return hash;
}

// What batches are drawn from.
json photos_json(const std::vector<Photo>& photos) {
  json all = json::array();
  for (const Photo& photo : photos)
    all.push_back(json::array({json::parse(one_line(photo.name)), fingerprint(photo.captions)}));
  return all;
}

void check_photos(const std::filesystem::path& path, const char* part, const JsonValue& there,
                  const JsonValue& here) {
  const json &old = there.raw(), &now = here.raw();
  if (old == now) return;
  there.require(old.is_array(), "a list");
  std::size_t first = 0;
  while (first < old.size() && first < now.size() && old[first] == now[first]) ++first;
  const auto name = [&](const JsonValue& list) {
    return first < list.raw().size() ? list.at(first).at(0).text() : "none";
  };
  throw IoError(path,
                fmt::format("is of a training on other {0} photos or captions: {1} there, {2} "
                            "here, and the {3}. differs: {4} there, {5} here; use the same, or "
                            "another train.out for a new training",
                            part, old.size(), now.size(), first + 1, name(there), name(here)));
}

using Tensors = std::vector<std::pair<std::string, Tensor>>;

void append(Tensors& all, const std::string& prefix, const Tensors& part) {
  for (const auto& [name, tensor] : part) all.emplace_back(prefix + "." + name, tensor);
}

json read_description(const SafetensorsFile& file) {
  const auto found = file.metadata().find("limn");
  json description =
      found == file.metadata().end() ? json() : parse_json(found->second, file.path());
  const JsonValue value(description, file.path());
  if (!value.has("kind") || value.at("kind").text() != kKind)
    throw IoError(file.path(), "is no checkpoint of limn");
  if (const std::int64_t version = value.at("version").integer(); version != kVersion) {
    throw IoError(
        file.path(),
        fmt::format("is a checkpoint of version {}; this limn reads version {}, so finish "
                    "the training with the limn that began it, or begin anew",
                    version, kVersion));
  }
  return description;
}

}  // namespace

bool encoder_changes(const Job& job) {
  return job.model.has_encoder() && job.recipe.data.features.empty();
}

Checkpoint::Checkpoint(std::filesystem::path path, Job& job)
    : path_(std::move(path)),
      job_(job),
      description_{{"kind", kKind},
                   {"version", kVersion},
                   {"recipe", recipe_entries(job.recipe)},
                   {"words", job.model.vocabulary().words()},
                   {"train", photos_json(job.train)},
                   {"dev", photos_json(job.dev)}} {}

void Checkpoint::save(const optim::Optimizer& optimizer, const TrainingState& state) {
  Tensors tensors;
  append(tensors, "captioner", job_.model.captioner().state_dict());
  if (encoder_changes(job_)) append(tensors, "encoder", job_.model.encoder().state_dict());
  append(tensors, "optimizer", optimizer.state_dict());
  description_["state"] = to_json(state);
  write_safetensors(path_, tensors, {{"limn", one_line(description_)}});
}

TrainingState Checkpoint::load(optim::Optimizer& optimizer) {
  const SafetensorsFile file(path_);
  const json description = read_description(file);
  const JsonValue there(description, path_);
  try {
    check_recipe(path_, there.at("recipe"), job_.recipe);
    if (there.at("words").raw() != description_.at("words")) {
      throw IoError(path_,
                    "is of a training on other captions: its vocabulary differs; use the same "
                    "captions, or another train.out for a new training");
    }
    const JsonValue here(description_, path_);
    check_photos(path_, "training", there.at("train"), here.at("train"));
    check_photos(path_, "dev", there.at("dev"), here.at("dev"));
    TrainingState state = state_from(there.at("state"));
    job_.model.captioner().load_state_dict(file.tensors_under("captioner"));
    if (encoder_changes(job_)) job_.model.encoder().load_state_dict(file.tensors_under("encoder"));
    optimizer.load_state_dict(file.tensors_under("optimizer"));
    return state;
  } catch (const InvalidArgument& error) {
    throw IoError(path_, fmt::format("does not fit this training: {}", error.what()));
  }
}

std::string epoch_line(const EpochReport& report) { return to_json(report).dump(); }

}  // namespace limn::train
