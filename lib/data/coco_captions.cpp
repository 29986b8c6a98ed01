// COCO's captions_….json: images, and annotations that refer to them by id.
#include <fmt/format.h>

#include <unordered_map>

#include "data/caption_collector.h"
#include "data/caption_format.h"
#include "data/json_entry.h"

namespace limn::data {
namespace {

using Places = std::unordered_map<std::int64_t, std::size_t>;  // in a list, by id

// Registers the entry's id. COCO's own tools would keep the last entry of an id and lose the
// others.
std::int64_t new_id(const JsonEntry& entry, Places& places) {
  const std::int64_t id = entry.integer("id");
  const auto [known, is_new] = places.emplace(id, entry.index());
  if (!is_new)
    entry.fail(fmt::format(".id: {} is the id of {} already", id, entry.place(known->second)));
  return id;
}

Places read_images(const CaptionText& file, CaptionCollector& collector) {
  Places photos(file.document["images"].size());
  std::size_t index = 0;
  for (const json& value : file.document["images"]) {
    const JsonEntry entry(file.path, "images", index, value);
    const std::int64_t id = new_id(entry, photos);
    const std::string& name = entry.text("file_name");
    if (file_part(name).empty()) entry.fail(".file_name is no file's name: " + excerpt(name));
    const std::size_t photo = collector.photo(name);
    if (photo != index)
      entry.fail(fmt::format(".file_name: {} is {} already", excerpt(name), entry.place(photo)));
    collector.image(photo).id = id;
    ++index;
  }
  return photos;
}

void read_annotations(const CaptionText& file, const Places& photos, CaptionCollector& collector) {
  Places ids(file.document["annotations"].size());
  std::size_t index = 0;
  for (const json& value : file.document["annotations"]) {
    const JsonEntry entry(file.path, "annotations", index, value);
    if (!entry.has("caption"))
      entry.fail(".caption is missing; captions are in COCO's files captions_….json");
    if (entry.has("id")) new_id(entry, ids);
    const std::int64_t image = entry.integer("image_id");
    const std::string& caption = entry.text("caption");
    const auto photo = photos.find(image);
    if (photo == photos.end()) {
      collector.skip("captions of images that are not listed",
                     fmt::format("image_id {} in {}", image, entry.place()));
    } else if (!collector.add(photo->second, caption)) {
      collector.skip("empty captions", entry.place());
    }
    ++index;
  }
}

}  // namespace

std::optional<CaptionSet> read_coco_captions(const CaptionText& file) {
  const auto has_list = [&](const char* key) {
    return file.document.is_object() && file.document.contains(key) &&
           file.document[key].is_array();
  };
  if (!has_list("images") || !has_list("annotations")) return std::nullopt;
  CaptionCollector collector(file.path, "COCO JSON");
  const Places photos = read_images(file, collector);
  read_annotations(file, photos, collector);
  return collector.finish();
}

}  // namespace limn::data
