#include "limn/data/captions.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <numeric>

#include "data/caption_format.h"
#include "limn/core/error.h"

namespace limn::data {

namespace {

CaptionText text_of(const TextFile& file, const std::filesystem::path& path,
                    const ReadOptions& options) {
  CaptionText result{path, file.text(), options, first_line_of(file.text())};
  const std::string_view begin = trimmed(result.first.text);
  if (begin.empty()) throw IoError(path, "holds no captions; all of it is blank");
  if (begin.front() == '{' || begin.front() == '[') result.json = outline_of(path, file.text());
  return result;
}

std::string described(const CaptionText& file) {
  if (!file.json) return fmt::format("line {} is {}", file.first.number, excerpt(file.first.text));
  if (file.has("[].caption")) return "it is a JSON list of image_id and caption (of results?)";
  return fmt::format("it is a JSON {} with {}", file.json->kind == '{' ? "object" : "list",
                     file.json->paths.empty()
                         ? "nothing in it"
                         : shortened(fmt::format("{}", fmt::join(file.json->paths, ", "))));
}

[[noreturn]] void refuse(const CaptionText& file) {
  std::vector<std::string_view> names;
  for (const CaptionFormat* format : kCaptionFormats) names.push_back(format->name);
  throw IoError(file.path, fmt::format("is no caption file that limn knows ({}; docs/formats.md "
                                       "shows each); {}",
                                       fmt::join(names, "; "), described(file)));
}

}  // namespace

CaptionSet read_captions(const std::filesystem::path& path, const ReadOptions& options) {
  const TextFile text(path, options.lossy);
  const CaptionText file = text_of(text, path, options);
  const auto* const format =
      std::find_if(kCaptionFormats.begin(), kCaptionFormats.end(),
                   [&](const CaptionFormat* each) { return each->recognises(file); });
  if (format == kCaptionFormats.end()) refuse(file);
  CaptionCollector collector(path, (*format)->name, options);
  (*format)->read(file, collector);
  CaptionSet set = collector.finish();
  if (text.replaced() > 0) {
    set.warnings.push_back(fmt::format("bytes that are no UTF-8, now U+FFFD: {}, the first: {}",
                                       text.replaced(), text.first_replaced()));
  }
  return set;
}

std::int64_t CaptionSet::caption_count() const {
  return std::accumulate(images.begin(), images.end(), std::int64_t{0},
                         [](std::int64_t sum, const CaptionedImage& image) {
                           return sum + static_cast<std::int64_t>(image.captions.size());
                         });
}

}  // namespace limn::data
