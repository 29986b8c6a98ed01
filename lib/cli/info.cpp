#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>

#include "cli/caption_info.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/run_info.h"
#include "core/json_value.h"
#include "limn/core/error.h"
#include "limn/core/safetensors.h"
#include "limn/data/feature_file.h"
#include "limn/models/photo_captioner.h"
#include "limn/vision/image.h"

namespace limn::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kSample = 12;

struct InfoOptions {
  std::string file;
  bool lossy = false;
  bool json = false;
};

std::string first_bytes(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (std::error_code none; fs::is_directory(path, none))
    throw IoError(path, "is a folder; give a file of it, of a run model.safetensors");
  if (!file) throw IoError(path, "is no file that can be read");
  std::string bytes(16, '\0');
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(file.gcount()));
  return bytes;
}

bool is_safetensors(const fs::path& path, const std::string& bytes) {
  return path.extension() == ".safetensors" || (bytes.size() > 8 && bytes[8] == '{');
}

bool is_photo(const std::string& bytes) {
  for (const std::string magic : {"\xFF\xD8", "\x89PNG", "GIF8"}) {
    if (bytes.starts_with(magic)) return true;
  }
  if (bytes.starts_with("BM")) return bytes.size() > 9 && bytes.find_first_not_of('\0', 6) >= 10;
  const bool pnm = bytes.starts_with("P5") || bytes.starts_with("P6");
  return pnm && bytes.size() > 2 && std::isspace(static_cast<unsigned char>(bytes[2])) != 0;
}

ordered_json sample(const std::vector<std::string>& names) {
  ordered_json some = ordered_json::array();
  for (std::size_t i = 0; i < std::min(names.size(), kSample); ++i) some.push_back(names[i]);
  return some;
}

ordered_json encoder_json(const encoders::Encoder& encoder) {
  const json config = parse_json(encoders::config_text(encoders::config_of(encoder)), "encoder");
  return {{"name", encoder.name()},
          {"options", encoder.options()},
          {"parameters", encoder.parameter_count()},
          {"picture", fmt::format("{0} x {0} pixels", encoder.preprocessing().crop)},
          {"preprocessing", config.at("preprocessing")}};
}

std::vector<std::string> ordinary_words(const text::Vocabulary& vocabulary) {
  std::vector<std::string> words;
  for (std::int32_t id = 0; id < vocabulary.size(); ++id)
    if (!vocabulary.is_special(id)) words.push_back(vocabulary.word(id));
  return words;
}

ordered_json model_json(const fs::path& path) {
  const auto model = models::PhotoCaptioner::load(path);
  const models::Captioner& captioner = model.captioner();
  ordered_json options = ordered_json::object();
  for (const auto& [name, value] : captioner.options()) options[name] = value;
  ordered_json info{{"kind", "model"},
                    {"architecture", captioner.architecture()},
                    {"options", std::move(options)},
                    {"parameters", captioner.parameter_count()},
                    {"features", captioner.sizes().features}};
  if (model.has_encoder()) info["encoder"] = encoder_json(model.encoder());
  info["tokenizer"] = model.tokenizer().name();
  info["vocabulary"] = model.vocabulary().size();
  info["words"] = sample(ordinary_words(model.vocabulary()));
  info["scores"] = json_numbers(model.scores);
  return info;
}

ordered_json features_json(const fs::path& path) {
  const data::FeatureFile file(path);
  ordered_json info{
      {"kind", "features"}, {"photos", file.images()}, {"feature_size", file.feature_size()}};
  if (!file.has_global()) info.erase("feature_size");
  if (file.has_regions()) {
    info["regions"] = file.region_count();
    info["region_size"] = file.region_size();
    info["regions_differ"] = file.has_mask();
  }
  if (!file.encoder().empty()) info["encoder"] = parse_json(file.encoder(), path);
  info["names"] = sample(file.names());
  return info;
}

ordered_json checkpoint_json(const JsonValue& description) {
  const JsonValue state = description.at("state");
  ordered_json info{
      {"kind", "checkpoint"},
      {"version", description.at("version").integer()},
      {"epoch", state.at("epoch").integer()},
      {"next_batch", state.at("next_batch").integer() + 1},
      {"reward_from", state.has("reward_from") ? state.at("reward_from").integer() : 0},
      {"best_epoch", state.at("best_epoch").integer()},
      {"best_score", json_number(state.at("best_score").any_number())},
      {"vocabulary", description.at("words").texts().size()}};
  for (const auto& [key, value] : description.at("recipe").named_texts())
    info["recipe"][key] = value;
  return info;
}

ordered_json weights_json(const SafetensorsFile& file) {
  std::int64_t parameters = 0;
  for (const std::string& name : file.names()) parameters += file.shape(name).elements();
  ordered_json info{
      {"kind", "weights"}, {"tensors", file.names().size()}, {"parameters", parameters}};
  info["names"] = sample(file.names());
  for (const auto& [key, text] : file.metadata()) info["metadata"][key] = text;
  return info;
}

ordered_json safetensors_json(const fs::path& path) {
  const SafetensorsFile file(path);
  if (file.metadata().contains("names")) return features_json(path);
  const auto found = file.metadata().find("limn");
  if (found == file.metadata().end()) return weights_json(file);
  const json description = parse_json(found->second, path);
  const JsonValue value(description, path);
  return value.at("kind").text() == "checkpoint" ? checkpoint_json(value) : model_json(path);
}

ordered_json photo_json(const fs::path& path) {
  const Tensor photo = vision::read_image(path);
  return {{"kind", "photo"}, {"width", photo.shape()[1]}, {"height", photo.shape()[0]}};
}

ordered_json describe(const fs::path& path, bool lossy) {
  const std::string bytes = first_bytes(path);
  if (is_safetensors(path, bytes)) return safetensors_json(path);
  if (path.extension() == ".toml") return recipe_info(path);
  if (path.extension() == ".jsonl") return log_info(path);
  if (bytes.starts_with("<!DOCTYPE html")) return page_info(path);
  return is_photo(bytes) ? photo_json(path) : caption_info(path, lossy);
}

std::string scalar_text(const ordered_json& value) {
  if (value.is_string()) return value.get<std::string>();
  return value.is_number_float() ? fmt::format("{:.6g}", value.get<double>()) : value.dump();
}

bool is_sentence(const ordered_json& value) {
  return scalar_text(value).find(' ') != std::string::npos;
}

// Rows of a table: nested names are joined by a dot, words by commas; sentences have a row each.
void add_rows(const std::string& name, const ordered_json& value, Rows& rows) {
  if (value.is_object()) {
    for (const auto& [key, inner] : value.items())
      add_rows(name.empty() ? key : name + "." + key, inner, rows);
  } else if (!value.is_array()) {
    rows.push_back({name, scalar_text(value)});
  } else if (std::any_of(value.begin(), value.end(), is_sentence)) {
    for (const auto& item : value) add_rows(&item == &value.front() ? name : "", item, rows);
  } else if (!value.empty()) {
    std::string list;
    for (const auto& item : value) list += (list.empty() ? "" : ", ") + scalar_text(item);
    rows.push_back({name, list});
  }
}

int info(const InfoOptions& options) {
  const fs::path path = options.file;
  ordered_json what = describe(path, options.lossy);
  what["bytes"] = fs::file_size(path);
  if (options.json) {
    put_out(json_text(what));
    return 0;
  }
  what.erase("skipped");  // the warnings say it in words
  Rows rows;
  add_rows("", what, rows);
  put_out(table(rows));
  return 0;
}

}  // namespace

void define_info(Program& program) {
  Command& command = program.command("info",
                                     "what a model, checkpoint, feature, weights, caption or "
                                     "result file, recipe, log or photo holds");
  const auto options = std::make_shared<InfoOptions>();
  command.add(options->file,
              {.name = "FILE", .value = "PATH", .help = "any such file", .required = true});
  command.add(options->lossy,
              {.name = "--lossy", .help = "bytes of captions that are no UTF-8 become U+FFFD"});
  command.add(options->json, {.name = "--json", .help = "print as JSON"});
  command.run([options] { return info(*options); });
}

}  // namespace limn::cli
