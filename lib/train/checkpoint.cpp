#include "train/checkpoint.h"

#include <limits>

#include "core/check.h"
#include "core/fnv.h"
#include "core/json_value.h"
#include "limn/core/error.h"
#include "limn/core/safetensors.h"
#include "train/phase.h"
#include "train/resume_rules.h"

namespace limn::train {
namespace {

constexpr int kVersion = 1;
constexpr const char* kKind = "checkpoint";

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

// Throws unless the numbers can be those of a training.
void check_state(const TrainingState& state, const Phase& phase, const Job& job) {
  const auto within = [](const char* name, std::int64_t value, std::int64_t least,
                         std::int64_t most) {
    require(least <= value && value <= most, "state.{} must be in [{}, {}]; got {}", name, least,
            most, value);
  };
  const std::int64_t finished = std::ssize(state.epochs);
  within("epoch", state.epoch, finished + 1, finished + 1);
  within("next_batch", state.next_batch, 0, phase.batches);
  within("best_epoch", state.best_epoch, 0, finished);
  within("reward_from", state.reward_from, 0, state.epoch);
  within("log_lines", state.log_lines, 0, std::numeric_limits<std::int64_t>::max());
  for (const SampleCaption& sample : state.samples)
    within("samples.item", sample.item, 0, std::ssize(job.dev) - 1);
}

}  // namespace

Checkpoint::Checkpoint(std::filesystem::path path, Job& job)
    : path_(std::move(path)),
      job_(job),
      description_{{"kind", kKind},
                   {"version", kVersion},
                   {"recipe", recipe_entries(job.recipe)},
                   {"words", job.model.vocabulary().words()},
                   {"train", photos_json(job.train)},
                   {"dev", photos_json(job.dev)}} {}

void Checkpoint::save(const Updater& updater, const TrainingState& state) {
  Tensors tensors;
  append(tensors, "captioner", job_.model.captioner().state_dict());
  if (encoder_changes(job_)) append(tensors, "encoder", job_.model.encoder().state_dict());
  for (auto& entry : updater.state_dict()) tensors.push_back(std::move(entry));
  description_["state"] = state_json(state);
  write_safetensors(path_, tensors, {{"limn", one_line(description_)}});
}

TrainingState Checkpoint::load(Updater& updater) {
  const SafetensorsFile file(path_);
  const json description = read_description(file);
  const JsonValue there(description, path_);
  try {
    const auto recipe = there.at("recipe").named_texts();
    TrainingState state = state_from(there.at("state"));
    check_same_training(path_, recipe, job_.recipe, state);
    if (there.at("words").raw() != description_.at("words")) {
      throw IoError(path_,
                    "is of a training on other captions: its vocabulary differs; use the same "
                    "captions, or another train.out for a new training");
    }
    const JsonValue here(description_, path_);
    check_photos(path_, "training", there.at("train"), here.at("train"));
    check_photos(path_, "dev", there.at("dev"), here.at("dev"));
    const Phase phase = phase_of(job_, state.reward_from);
    check_state(state, phase, job_);
    job_.model.captioner().load_state_dict(file.tensors_under("captioner"));
    if (encoder_changes(job_)) job_.model.encoder().load_state_dict(file.tensors_under("encoder"));
    updater.restart(phase);
    updater.load([&](const std::string& name) { return file.tensors_under(name); }, state.schedule);
    return state;
  } catch (const InvalidArgument& error) {
    throw IoError(path_, fmt::format("does not fit this training: {}", error.what()));
  }
}

}  // namespace limn::train
