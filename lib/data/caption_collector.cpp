#include "data/caption_collector.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "data/text_file.h"
#include "limn/core/error.h"
#include "limn/data/photo_names.h"

namespace limn::data {

CaptionCollector::CaptionCollector(std::filesystem::path path, std::string format,
                                   const ReadOptions& options)
    : path_(std::move(path)), options_(options) {
  set_.format = std::move(format);
}

std::size_t CaptionCollector::photo(std::string_view name) {
  const auto [place, is_new] = photos_.try_emplace(std::string(file_part(name)), images());
  if (is_new) {
    full_names_.emplace_back(name);
    set_.images.push_back({.file = place->first, .id = coco_id(place->first)});
  } else if (full_names_[place->second] != name) {
    throw IoError(path_, fmt::format("two photos are called \"{}\": {} and {}; give them different "
                                     "names",
                                     place->first, full_names_[place->second], name));
  }
  return place->second;
}

bool CaptionCollector::add_unless_empty(std::size_t photo, std::string_view caption) {
  caption = trimmed(caption);
  if (caption.empty()) return false;
  set_.images[photo].captions.emplace_back(caption);
  return true;
}

void CaptionCollector::put_into(std::size_t photo, std::string_view split,
                                const std::string& place) {
  std::string name = split_name(split);
  if (name == "restval") name = options_.restval;
  std::string& known = set_.images[photo].split;
  if (!known.empty() && known != name) {
    throw IoError(path_, fmt::format("{}: \"{}\" is in split \"{}\" here and in \"{}\" before; a "
                                     "photo has one",
                                     place, set_.images[photo].file, name, known));
  }
  known = std::move(name);
}

void CaptionCollector::skip(const std::string& what, const std::string& place, std::int64_t count) {
  auto known = std::find_if(set_.skipped.begin(), set_.skipped.end(),
                            [&](const Skipped& skipped) { return skipped.what == what; });
  if (known == set_.skipped.end()) known = set_.skipped.insert(known, {what, 0, place});
  known->count += count;
}

void CaptionCollector::leave_out_bare_photos() {
  for (const CaptionedImage& image : set_.images)
    if (image.captions.empty()) skip("photos without captions", fmt::format("\"{}\"", image.file));
  std::erase_if(set_.images, [](const auto& image) { return image.captions.empty(); });
}

CaptionSet CaptionCollector::finish() {
  if (!options_.bare) leave_out_bare_photos();
  for (const Skipped& skipped : set_.skipped) {
    set_.warnings.push_back(
        fmt::format("skipped {}: {}, the first: {}", skipped.what, skipped.count, skipped.first));
  }
  if (set_.images.empty()) {
    throw IoError(path_, fmt::format("holds no captions{}{}", set_.warnings.empty() ? "" : "; ",
                                     fmt::join(set_.warnings, "; ")));
  }
  return std::move(set_);
}

}  // namespace limn::data
