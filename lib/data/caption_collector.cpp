#include "data/caption_collector.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "data/text_file.h"
#include "limn/core/error.h"

namespace limn::data {

CaptionCollector::CaptionCollector(std::filesystem::path path, std::string format)
    : path_(std::move(path)) {
  set_.format = std::move(format);
}

std::size_t CaptionCollector::photo(std::string_view name) {
  const auto [place, is_new] = photos_.try_emplace(std::string(file_part(name)), images());
  if (is_new) {
    full_names_.emplace_back(name);
    set_.images.push_back({.file = place->first});
  } else if (full_names_[place->second] != name) {
    throw IoError(path_, fmt::format("two photos are called \"{}\": {} and {}; give them different "
                                     "names",
                                     place->first, full_names_[place->second], name));
  }
  return place->second;
}

bool CaptionCollector::add(std::size_t photo, std::string_view caption) {
  caption = trimmed(caption);
  if (caption.empty()) return false;
  set_.images[photo].captions.emplace_back(caption);
  return true;
}

void CaptionCollector::skip(const std::string& what, const std::string& example) {
  const auto known = std::find_if(skipped_.begin(), skipped_.end(),
                                  [&](const auto& skipped) { return skipped.first == what; });
  if (known == skipped_.end()) {
    skipped_.push_back({what, {1, example}});
  } else {
    ++known->second.count;
  }
}

CaptionSet CaptionCollector::finish() {
  for (const CaptionedImage& image : set_.images)
    if (image.captions.empty()) skip("photos without captions", fmt::format("\"{}\"", image.file));
  std::erase_if(set_.images, [](const auto& image) { return image.captions.empty(); });
  for (const auto& [what, skipped] : skipped_) {
    set_.warnings.push_back(
        fmt::format("skipped {}: {}, the first: {}", what, skipped.count, skipped.example));
  }
  if (set_.images.empty()) {
    throw IoError(path_, fmt::format("holds no captions{}{}", set_.warnings.empty() ? "" : "; ",
                                     fmt::join(set_.warnings, "; ")));
  }
  return std::move(set_);
}

}  // namespace limn::data
