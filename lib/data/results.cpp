// COCO result files: one caption for each photo.
#include <fmt/format.h>

#include <array>
#include <unordered_map>

#include "core/check.h"
#include "core/json.h"
#include "data/caption_keys.h"
#include "data/json_entry.h"
#include "data/json_stream.h"
#include "data/text_file.h"
#include "limn/core/atomic_file.h"
#include "limn/data/captions.h"

namespace limn::data {
namespace {

/// What tells the photo of a result from others.
std::string photo_of(const Result& result) {
  return result.file.empty() ? fmt::format("image_id {}", result.image_id.value())
                             : fmt::format("file \"{}\"", result.file);
}

Result result_of(const JsonEntry& entry) {
  Result result;
  if (!entry.has("image_id") && !entry.has("file"))
    entry.fail(".image_id is missing, and \"file\" as well");
  if (entry.has("image_id")) result.image_id = entry.integer("image_id");
  if (entry.has("file")) {
    result.file = file_part(entry.text("file"));
    if (result.file.empty())
      entry.fail(".file must name a photo; it is " + excerpt(entry.text("file")));
  }
  result.caption = entry.text("caption");
  return result;
}

std::string line_of(const Result& result) {
  std::string line = "{";
  if (result.image_id) line += fmt::format("\"image_id\": {}, ", *result.image_id);
  if (!result.file.empty()) line += fmt::format("\"file\": {}, ", one_line(result.file));
  return line + fmt::format("\"caption\": {}}}", one_line(result.caption));
}

}  // namespace

std::vector<Result> read_results(const std::filesystem::path& path, bool lossy) {
  const TextFile file(path, lossy);
  std::vector<Result> results;
  std::unordered_map<std::string, std::size_t> seen;
  const auto add = [&](std::string_view list, std::size_t index, const json& value) {
    const JsonEntry entry(path, list, index, value);
    results.push_back(result_of(entry));
    const auto [first, is_new] = seen.emplace(photo_of(results.back()), index);
    if (!is_new)
      entry.fail(
          fmt::format(" is a second caption of {}; the first is {}; a photo has one in a "
                      "result file",
                      first->first, entry.place(first->second)));
  };
  constexpr std::array<std::string_view, 1> lists = {""};
  if (!for_each_entry(path, file.text(), lists, add).empty()) return results;
  const bool object = trimmed(file.text()).starts_with('{');
  throw IoError(path, fmt::format("is no result file: it must be a JSON list of image_id and "
                                  "caption; it is {}",
                                  object ? "an object (a caption file?)" : shortened(file.text())));
}

bool holds_results(const std::filesystem::path& path) {
  const TextFile file(path, true);
  const std::string_view text = trimmed(file.text());
  if (!text.starts_with('[')) return false;
  const JsonOutline outline = outline_of(path, file.text());
  const char* photo = photo_key(outline, "[].");
  return outline.paths.empty() || (photo != nullptr && is_result_key(photo));
}

void write_results(const std::filesystem::path& path, const std::vector<Result>& results) {
  std::unordered_map<std::string, std::size_t> seen;
  std::string text = "[";
  for (std::size_t i = 0; i < results.size(); ++i) {
    require(results[i].image_id || !results[i].file.empty(),
            "write_results: every result needs an image_id or a file; result {} has neither", i);
    const auto [first, is_new] = seen.emplace(photo_of(results[i]), i);
    require(is_new, "write_results: one caption for each photo; results {} and {} are both of {}",
            first->second, i, first->first);
    text += i == 0 ? "\n" : ",\n";
    text += line_of(results[i]);
  }
  write_file_atomically(path, text + "\n]\n");
}

}  // namespace limn::data
