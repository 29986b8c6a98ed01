// JSON objects that name a photo and have a caption or a list of them: in a list, or one a line.
#include <fmt/format.h>

#include <array>
#include <string>
#include <unordered_map>

#include "data/caption_format.h"
#include "data/caption_keys.h"
#include "data/json_entry.h"
#include "limn/data/photo_names.h"

namespace limn::data {
namespace {

const char* key_of(const JsonEntry& entry, const auto& keys) {
  return first_key(keys, [&](const char* key) { return entry.has(key); });
}

class EntryReader {
 public:
  explicit EntryReader(CaptionCollector& collector) : collector_(collector) {}

  void add(const JsonEntry& entry) {
    const std::size_t photo = photo_of(entry);
    if (const char* split = key_of(entry, kSplitKeys))
      collector_.put_into(photo, entry.text(split), entry.place());
    const char* key = key_of(entry, kCaptionKeys);
    if (key == nullptr) entry.fail(".caption is missing");
    if (!entry.find(key)->is_array())
      return collector_.add(photo, entry.text(key), [&] { return entry.place(); });
    if (entry.find(key)->empty()) collector_.skip("empty lists of captions", entry.place());
    std::size_t index = 0;
    for (const std::string_view caption : entry.texts(key)) {
      collector_.add(photo, caption,
                     [&] { return fmt::format("{}.{}[{}]", entry.place(), key, index); });
      ++index;
    }
  }

 private:
  // COCO's name for a number: that is whose numbers are known.
  std::size_t photo_of(const JsonEntry& entry) {
    const char* key = key_of(entry, kPhotoKeys);
    if (key == nullptr) entry.fail(".image is missing; it names the photo");
    const bool numbered = is_integer(*entry.find(key));
    const std::string name =
        numbered ? coco_name(entry.integer(key)) : std::string(trimmed(entry.text(key)));
    if (file_part(name).empty())
      entry.fail(fmt::format(".{} is no file's name: {}", key, excerpt(name)));
    const std::size_t photo = collector_.photo(name);
    const json* id = entry.find("image_id");
    if (id != nullptr && is_integer(*id)) set_id(entry, photo, id->get<std::int64_t>());
    return photo;
  }

  void set_id(const JsonEntry& entry, std::size_t photo, std::int64_t id) {
    const auto [known, is_new] = ids_.emplace(id, photo);
    if (known->second != photo) {
      entry.fail(fmt::format(".image_id: {} is the id of {} already", id,
                             excerpt(collector_.image(known->second).file)));
    }
    collector_.image(photo).id = id;
  }

  CaptionCollector& collector_;
  std::unordered_map<std::int64_t, std::size_t> ids_;
};

void read_list(const CaptionText& file, CaptionCollector& collector) {
  constexpr std::array<std::string_view, 1> lists = {""};
  EntryReader reader(collector);
  for_each_entry(file.path, file.text, lists,
                 [&](std::string_view list, std::size_t index, const json& value) {
                   reader.add({file.path, list, index, value});
                 });
}

void read_lines(const CaptionText& file, CaptionCollector& collector) {
  EntryReader reader(collector);
  for (const Line& line : lines_of(file.text)) {
    const json value = parse_line(file.path, file.text, line.text);
    reader.add(JsonEntry::on_line(file.path, line.number, value));
  }
}

bool is_caption_list(const CaptionText& file) {
  if (!file.json || file.json->kind != '[') return false;
  const char* photo = photo_key(*file.json, "[].");
  return photo != nullptr && !is_result_key(photo) && caption_key(*file.json, "[].") != nullptr;
}

bool is_caption_line(const CaptionText& file) {
  return file.json && file.json->kind == '{' && photo_key(*file.json, "") != nullptr &&
         caption_key(*file.json, "") != nullptr;
}

}  // namespace

const CaptionFormat kJsonList = {"JSON list", is_caption_list, read_list};
const CaptionFormat kJsonLines = {"JSON lines", is_caption_line, read_lines};

}  // namespace limn::data
