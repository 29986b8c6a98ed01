#include "cli/run_info.h"

#include <fmt/format.h>

#include <cmath>
#include <fstream>

#include "cli/failure.h"
#include "cli/recipe_file.h"
#include "core/json_value.h"
#include "limn/core/json_lines.h"
#include "limn/train/recipe.h"

namespace limn::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kHead = 4096;  // bytes in which a page has its title

train::Recipe recipe_in(const fs::path& path) {
  try {
    return train::make_recipe(read_recipe(path), path.string());
  } catch (const InvalidArgument& error) {
    throw UsageError(error.what());
  }
}

// The text between two others; "" when they are not there.
std::string between(const std::string& text, const std::string& begin, const std::string& end) {
  const auto from = text.find(begin);
  if (from == std::string::npos) return "";
  const auto first = from + begin.size(), last = text.find(end, first);
  return last == std::string::npos ? "" : text.substr(first, last - first);
}

}  // namespace

ordered_json recipe_info(const fs::path& path) {
  const train::Recipe recipe = recipe_in(path);
  const train::Recipe::Data& data = recipe.data;
  ordered_json info{{"kind", "recipe"}, {"architecture", recipe.model.architecture}};
  const auto add = [&](const char* key, const std::string& text) {
    if (!text.empty()) info[key] = text;
  };
  const auto in_folder = [&](const std::string& file) {
    return file.empty() ? file : (fs::path(data.folder) / file).string();
  };
  add("encoder", recipe.encoder.name);
  add("captions", in_folder(data.captions));
  add("features", in_folder(data.features));
  add("images", in_folder(data.images));
  info["tokenizer"] = recipe.text.tokenizer;
  info["epochs"] = recipe.train.epochs;
  if (recipe.reward.from_epoch > 0) info["reward_from"] = recipe.reward.from_epoch;
  info["out"] = recipe.train.out;
  info["use"] = fmt::format("limn train {}", path.string());
  return info;
}

ordered_json log_info(const fs::path& path) {
  const std::vector<std::string> lines = read_json_lines(path);
  std::int64_t epochs = 0;
  double seconds = 0;
  json best;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const json parsed = parse_json(lines[i], path);
    const JsonValue line(parsed, path, fmt::format("line {}", i + 1));
    const std::int64_t epoch = line.at("epoch").integer();
    if (!line.has("dev")) continue;
    epochs = epoch;
    seconds += line.at("seconds").number();
    if (line.at("best").flag()) best = parsed;
  }
  ordered_json info{{"kind", "log"}, {"epochs", epochs}};
  info["hours"] = std::round(seconds / 36) / 100;
  if (!best.is_null()) {
    info["best_epoch"] = best["epoch"];
    info["dev"] = best["dev"];
  }
  return info;
}

ordered_json page_info(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string head(kHead, '\0');
  file.read(head.data(), static_cast<std::streamsize>(head.size()));
  head.resize(static_cast<std::size_t>(file.gcount()));
  return {{"kind", "page"},
          {"title", between(head, "<title>", "</title>")},
          {"use", "open it in a browser"}};
}

}  // namespace limn::cli
