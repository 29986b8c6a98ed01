#include "cli/caption_info.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "limn/data/captions.h"

namespace limn::cli {
namespace {

// Of the photos that have any.
ordered_json per_photo(const data::CaptionSet& set) {
  std::size_t least = 0, most = 0;
  std::int64_t photos = 0;
  for (const data::CaptionedImage& image : set.images) {
    const std::size_t count = image.captions.size();
    if (count == 0) continue;
    least = photos++ == 0 ? count : std::min(least, count);
    most = std::max(most, count);
  }
  const double mean = static_cast<double>(set.caption_count()) / static_cast<double>(photos);
  return {{"min", least}, {"mean", std::round(mean * 100) / 100}, {"max", most}};
}

ordered_json skipped_json(const data::CaptionSet& set) {
  ordered_json list = ordered_json::array();
  for (const data::Skipped& skipped : set.skipped)
    list.push_back({{"what", skipped.what}, {"count", skipped.count}, {"first", skipped.first}});
  return list;
}

ordered_json set_info(const std::filesystem::path& path, bool lossy) {
  const data::CaptionSet set =
      data::read_captions(path, {.lossy = lossy, .bare = true, .restval = "restval"});
  std::map<std::string, std::int64_t> splits;
  std::int64_t bare = 0;
  const data::CaptionedImage* first = nullptr;
  for (const data::CaptionedImage& image : set.images) {
    if (!image.split.empty()) ++splits[image.split];
    if (image.captions.empty()) ++bare;
    if (first == nullptr && !image.captions.empty()) first = &image;
  }
  ordered_json info{{"kind", "captions"},
                    {"format", set.format},
                    {"photos", set.images.size()},
                    {"captions", set.caption_count()}};
  if (first != nullptr) info["captions_per_photo"] = per_photo(set);
  if (bare > 0) info["photos_without_captions"] = bare;
  if (!splits.empty()) info["splits"] = splits;
  if (first != nullptr) {
    info["first"] = first->file;
    info["says"] = first->captions;
  }
  info["skipped"] = skipped_json(set);
  info["warnings"] = set.warnings;
  return info;
}

ordered_json result_info(const std::filesystem::path& path, bool lossy) {
  const std::vector<data::Result> results = data::read_results(path, lossy);
  std::set<std::string> distinct;
  std::int64_t empty = 0, by_file = 0;
  for (const data::Result& result : results) {
    distinct.insert(result.caption);
    if (result.caption.empty()) ++empty;
    if (!result.file.empty()) ++by_file;
  }
  ordered_json info{{"kind", "results"}, {"photos", results.size()}, {"distinct", distinct.size()}};
  if (empty > 0) info["empty_captions"] = empty;
  if (by_file > 0) info["known_by_file"] = by_file;
  if (results.empty()) return info;
  const data::Result& first = results.front();
  if (first.file.empty()) {
    info["first"] = first.image_id.value();
  } else {
    info["first"] = first.file;
  }
  info["says"] = first.caption;
  return info;
}

}  // namespace

ordered_json caption_info(const std::filesystem::path& path, bool lossy) {
  return data::holds_results(path) ? result_info(path, lossy) : set_info(path, lossy);
}

}  // namespace limn::cli
