// Karpathy's dataset_coco.json, dataset_flickr8k.json, dataset_flickr30k.json: images with their
// sentences and their split.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <unordered_map>

#include "data/caption_format.h"
#include "data/json_entry.h"
#include "limn/core/error.h"

namespace limn::data {
namespace {

class KarpathyReader {
 public:
  KarpathyReader(const CaptionText& file, CaptionCollector& collector)
      : file_(file), collector_(collector) {}

  void read() {
    constexpr std::array<std::string_view, 1> lists = {"images"};
    for_each_entry(file_.path, file_.text, lists,
                   [&](std::string_view list, std::size_t index, const json& value) {
                     add_image({file_.path, list, index, value}, value);
                   });
  }

 private:
  void add_image(const JsonEntry& entry, const json& image) {
    const std::string& name = entry.text("filename");
    if (file_part(name).empty()) entry.fail(".filename is no file's name: " + excerpt(name));
    const std::size_t photo = collector_.photo(name);
    if (photo != entry.index())
      entry.fail(fmt::format(".filename: {} is {} already", excerpt(name), entry.place(photo)));
    if (entry.has("cocoid")) collector_.image(photo).id = new_id(entry);
    if (entry.has("split")) collector_.put_into(photo, entry.text("split"), entry.place());
    const json& sentences = image.contains("sentences") ? image["sentences"] : kNone;
    if (!sentences.is_array()) entry.fail(".sentences must be a list");
    const std::string list = entry.place() + ".sentences";
    for (std::size_t i = 0; i < sentences.size(); ++i) {
      const JsonEntry sentence(file_.path, list, i, sentences[i]);
      collector_.add(photo, caption_of(sentence), [&] { return sentence.place(); });
    }
  }

  std::int64_t new_id(const JsonEntry& entry) {
    const std::int64_t id = entry.integer("cocoid");
    const auto [known, is_new] = ids_.emplace(id, entry.index());
    if (!is_new)
      entry.fail(fmt::format(".cocoid: {} is that of {} already", id, entry.place(known->second)));
    return id;
  }

  std::string caption_of(const JsonEntry& sentence) const {
    const bool tokens = file_.options.tokens || !sentence.has("raw");
    return tokens ? fmt::format("{}", fmt::join(sentence.texts("tokens"), " "))
                  : sentence.text("raw");
  }

  static inline const json kNone;

  const CaptionText& file_;
  CaptionCollector& collector_;
  std::unordered_map<std::int64_t, std::size_t> ids_;
};

void read_karpathy(const CaptionText& file, CaptionCollector& collector) {
  KarpathyReader(file, collector).read();
}

}  // namespace

const CaptionFormat kKarpathyCaptions = {
    "Karpathy JSON", [](const CaptionText& file) { return file.has("images[].sentences"); },
    read_karpathy};

}  // namespace limn::data
