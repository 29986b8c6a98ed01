// Flickr8k.token.txt, results_20130124.token and kin: a photo, its captions' number, a tab, a
// caption; and the same without the number.
#include <fmt/format.h>

#include <algorithm>

#include "data/caption_format.h"
#include "limn/core/error.h"
#include "limn/data/photo_names.h"

namespace limn::data {
namespace {

constexpr auto npos = std::string_view::npos;
constexpr std::string_view kDigits = "0123456789";
constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// Ends of the photo's name and of the key, and where the caption begins.
struct KeyPlaces {
  std::size_t name = npos, key = npos, caption = npos;
  explicit operator bool() const { return name != npos; }
};

// The "#k" before the first tab, or "#k" or "#enc#k" behind a photo's suffix and before a blank.
KeyPlaces number_in(std::string_view line) {
  const std::size_t last = std::min(line.find('\t'), line.size());
  for (std::size_t mark = line.find('#'); mark < last; mark = line.find('#', mark + 1)) {
    std::size_t digits = mark + 1;
    const std::size_t letters = line.find_first_not_of(kLetters, digits);
    if (letters != npos && letters > digits && line[letters] == '#') digits = letters + 1;
    const std::size_t end = line.find_first_not_of(kDigits, digits);
    if (end == npos || end == digits) continue;
    if (trimmed(line.substr(end, last - end)).empty())
      return {mark, end, std::min(last + 1, line.size())};
    if (line[end] == ' ' && names_photo(line.substr(0, mark))) return {mark, end, end + 1};
  }
  return {};
}

KeyPlaces tab_in(std::string_view line) {
  const std::size_t tab = line.find('\t');
  return tab == npos ? KeyPlaces{} : KeyPlaces{tab, tab, tab + 1};
}

/// "2258277193_586949ec62.jpg.1", of which Flickr8k has five captions and no photo.
bool names_no_photo(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  return dot != npos && dot + 1 < name.size() && name.find_first_not_of(kDigits, dot + 1) == npos &&
         names_photo(name.substr(0, dot));
}

class LineReader {
 public:
  LineReader(const CaptionText& file, bool numbered, CaptionCollector& collector)
      : path_(file.path), numbered_(numbered), collector_(collector) {}

  void read(const Line& line) {
    const KeyPlaces places = numbered_ ? number_in(line.text) : tab_in(line.text);
    if (!places) refuse(line);
    const std::string_view name = trimmed(line.text.substr(0, places.name));
    if (name.empty()) fail(line, "the photo's name is missing");
    if (!numbered_) check_unnumbered(line, name);
    if (names_no_photo(name)) {
      const std::string_view key = trimmed(line.text.substr(0, places.key));
      return collector_.skip("captions whose key names no photo",
                             fmt::format("\"{}\" in line {}", key, line.number));
    }
    collector_.add(collector_.photo(name), line.text.substr(places.caption),
                   [&] { return fmt::format("line {}", line.number); });
  }

 private:
  void check_unnumbered(const Line& line, std::string_view key) const {
    const KeyPlaces number = number_in(std::string(key) + '\t');
    if (number && names_photo(key.substr(0, number.name)))
      fail(line, "the photo's name ends in # and a number, unlike the lines before");
  }
  [[noreturn]] void refuse(const Line& line) const {
    fail(line, !numbered_ || !tab_in(line.text)
                   ? "a tab must stand between the photo's name and its caption"
                   : "the photo's name must end in # and a number, as in the lines before");
  }
  [[noreturn]] void fail(const Line& line, const char* problem) const {
    throw IoError(path_,
                  fmt::format("line {}: {}; it is {}", line.number, problem, excerpt(line.text)));
  }

  const std::filesystem::path& path_;
  bool numbered_;
  CaptionCollector& collector_;
};

template <bool numbered>
void read_plain_lines(const CaptionText& file, CaptionCollector& collector) {
  LineReader reader(file, numbered, collector);
  for (const Line& line : lines_of(file.text)) reader.read(line);
}

}  // namespace

const CaptionFormat kTokenLines = {
    "photo#k, tab, caption",
    [](const CaptionText& file) { return !file.json && number_in(file.first.text); },
    read_plain_lines<true>};
const CaptionFormat kTabLines = {
    "photo, tab, caption",
    [](const CaptionText& file) { return !file.json && tab_in(file.first.text); },
    read_plain_lines<false>};

}  // namespace limn::data
