// COCO's captions_….json: images, and annotations that refer to them by id.
#include <fmt/format.h>

#include <array>
#include <unordered_map>

#include "data/caption_format.h"
#include "data/json_entry.h"
#include "limn/core/error.h"

namespace limn::data {
namespace {

using Places = std::unordered_map<std::int64_t, std::size_t>;  // in a list, by id

// The annotations may come before the images, so they wait.
struct Annotation {
  std::size_t index;
  std::int64_t image;
  std::string caption;
};

class CocoReader {
 public:
  CocoReader(const CaptionText& file, CaptionCollector& collector)
      : file_(file), collector_(collector) {}

  void read() {
    constexpr std::array<std::string_view, 2> lists = {"images", "annotations"};
    const auto found =
        for_each_entry(file_.path, file_.text, lists,
                       [&](std::string_view list, std::size_t index, const json& value) {
                         const JsonEntry entry(file_.path, list, index, value);
                         list == "images" ? add_image(entry) : add_annotation(entry);
                       });
    if (!found.contains("annotations") && !file_.options.bare) {
      throw IoError(file_.path, fmt::format("lists {} images, but no captions; they are in COCO's "
                                            "files captions_….json",
                                            collector_.images()));
    }
    if (!found.contains("images"))
      throw IoError(file_.path, "has captions, but no list \"images\" that says whose they are");
    for (const Annotation& annotation : annotations_) place(annotation);
  }

 private:
  // Registers the entry's id. COCO's own tools would keep the last entry of an id and lose the
  // others.
  static std::int64_t new_id(const JsonEntry& entry, Places& places) {
    const std::int64_t id = entry.integer("id");
    const auto [known, is_new] = places.emplace(id, entry.index());
    if (!is_new)
      entry.fail(fmt::format(".id: {} is the id of {} already", id, entry.place(known->second)));
    return id;
  }

  void add_image(const JsonEntry& entry) {
    const std::int64_t id = new_id(entry, photos_);
    const std::string& name = entry.text("file_name");
    if (file_part(name).empty()) entry.fail(".file_name is no file's name: " + excerpt(name));
    const std::size_t photo = collector_.photo(name);
    if (photo != entry.index())
      entry.fail(fmt::format(".file_name: {} is {} already", excerpt(name), entry.place(photo)));
    collector_.image(photo).id = id;
    if (entry.has("split")) collector_.put_into(photo, entry.text("split"), entry.place());
  }

  void add_annotation(const JsonEntry& entry) {
    if (!entry.has("caption"))
      entry.fail(".caption is missing; captions are in COCO's files captions_….json");
    if (entry.has("id")) new_id(entry, ids_);
    const std::int64_t image = entry.integer("image_id");
    annotations_.push_back({entry.index(), image, std::string(trimmed(entry.text("caption")))});
  }

  void place(const Annotation& annotation) {
    const auto where = [&] { return fmt::format("annotations[{}]", annotation.index); };
    const auto photo = photos_.find(annotation.image);
    if (photo != photos_.end()) return collector_.add(photo->second, annotation.caption, where);
    collector_.skip("captions of images that are not listed",
                    fmt::format("image_id {} in {}", annotation.image, where()));
  }

  const CaptionText& file_;
  CaptionCollector& collector_;
  Places photos_, ids_;
  std::vector<Annotation> annotations_;
};

void read_coco(const CaptionText& file, CaptionCollector& collector) {
  CocoReader(file, collector).read();
}

}  // namespace

const CaptionFormat kCocoCaptions = {
    "COCO JSON",
    [](const CaptionText& file) { return file.has("images[]") || file.has("annotations[]"); },
    read_coco};

}  // namespace limn::data
