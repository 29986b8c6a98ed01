#include "limn/data/captions.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <numeric>

#include "data/caption_format.h"
#include "limn/core/error.h"

namespace limn::data {
namespace {

CaptionText parse(const TextFile& file, const std::filesystem::path& path) {
  CaptionText result{path, {}, nullptr};
  const std::string_view text = trimmed(file.text());
  if (text.empty()) throw IoError(path, "holds no captions; all of it is blank");
  if (text.front() == '{' || text.front() == '[') {
    result.document = parse_json(file.text(), path);
  } else {
    result.lines = lines_of(file.text());
  }
  return result;
}

std::string described(const CaptionText& file) {
  if (!file.lines.empty()) {
    return fmt::format("line {} has no tab: {}", file.lines.front().number,
                       excerpt(file.lines.front().text));
  }
  if (file.document.is_array()) return "it is a JSON list (of results?)";
  std::vector<std::string> keys;
  for (const auto& [key, value] : file.document.items()) keys.push_back(key);
  return fmt::format("it is a JSON object of {}",
                     shortened(fmt::format("{}", fmt::join(keys, ", "))));
}

}  // namespace

std::span<const CaptionFormat> caption_formats() {
  static constexpr std::array formats = {
      CaptionFormat{"lines of photo.jpg#k, a tab and a caption, or without #k", read_caption_lines},
      CaptionFormat{"COCO's captions_….json", read_coco_captions},
  };
  return formats;
}

CaptionSet read_captions(const std::filesystem::path& path) {
  const TextFile text(path);
  const CaptionText file = parse(text, path);
  std::vector<std::string> layouts;
  for (const CaptionFormat& format : caption_formats()) {
    if (auto set = format.read(file)) return *std::move(set);
    layouts.emplace_back(format.layout);
  }
  throw IoError(path, fmt::format("is no caption file limn knows ({}); {}",
                                  fmt::join(layouts, "; "), described(file)));
}

std::int64_t CaptionSet::caption_count() const {
  return std::accumulate(images.begin(), images.end(), std::int64_t{0},
                         [](std::int64_t sum, const CaptionedImage& image) {
                           return sum + static_cast<std::int64_t>(image.captions.size());
                         });
}

}  // namespace limn::data
