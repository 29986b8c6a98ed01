// Captions as COCO JSON.
#include <fmt/format.h>

#include <set>

#include "core/json.h"
#include "limn/core/atomic_file.h"
#include "limn/data/captions.h"

namespace limn::data {
namespace {

// Of each photo: its own, or the lowest that is free.
std::vector<std::int64_t> unique_ids(const std::vector<CaptionedImage>& images) {
  std::set<std::int64_t> used;
  std::vector<bool> own;
  for (const CaptionedImage& image : images)
    own.push_back(image.id && used.insert(*image.id).second);
  std::vector<std::int64_t> ids;
  std::int64_t next = 1;
  for (std::size_t i = 0; i < images.size(); ++i) {
    while (!own[i] && used.contains(next)) ++next;
    ids.push_back(own[i] ? *images[i].id : next++);
  }
  return ids;
}

}  // namespace

void write_captions(const std::filesystem::path& path, const CaptionSet& set) {
  const std::vector<std::int64_t> ids = unique_ids(set.images);
  std::string images, annotations;
  std::int64_t number = 0;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const CaptionedImage& image = set.images[i];
    images += fmt::format("{}\n{{\"id\": {}, \"file_name\": {}", i == 0 ? "" : ",", ids[i],
                          one_line(image.file));
    if (!image.split.empty()) images += fmt::format(", \"split\": {}", one_line(image.split));
    images += "}";
    for (const std::string& caption : image.captions) {
      annotations += fmt::format("{}\n{{\"id\": {}, \"image_id\": {}, \"caption\": {}}}",
                                 number == 0 ? "" : ",", number + 1, ids[i], one_line(caption));
      ++number;
    }
  }
  write_file_atomically(
      path, fmt::format("{{\"images\": [{}\n], \"annotations\": [{}\n]}}\n", images, annotations));
}

}  // namespace limn::data
