// Flickr8k.token.txt, results_20130124.token and kin: a photo, a tab, a caption.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "data/caption_collector.h"
#include "data/caption_format.h"
#include "limn/core/error.h"

namespace limn::data {
namespace {

bool all_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// Where the "#k" of "photo.jpg#k" begins, or npos.
std::size_t number_of(std::string_view key) {
  const std::size_t mark = key.rfind('#');
  return mark != std::string_view::npos && all_digits(key.substr(mark + 1))
             ? mark
             : std::string_view::npos;
}

bool has_image_suffix(std::string_view name) {
  constexpr std::array<std::string_view, 10> suffixes = {".jpg",  ".jpeg", ".png",  ".gif", ".bmp",
                                                         ".webp", ".tif",  ".tiff", ".ppm", ".pgm"};
  return std::any_of(suffixes.begin(), suffixes.end(), [&](std::string_view suffix) {
    return name.size() > suffix.size() &&
           std::equal(
               suffix.begin(), suffix.end(), name.end() - std::ptrdiff_t(suffix.size()),
               [](char a, char b) { return a == std::tolower(static_cast<unsigned char>(b)); });
  });
}

/// "2258277193_586949ec62.jpg.1", of which Flickr8k has five captions and no photo.
bool names_no_photo(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  return dot != std::string_view::npos && all_digits(name.substr(dot + 1)) &&
         has_image_suffix(name.substr(0, dot));
}

class LineReader {
 public:
  LineReader(const CaptionText& file, bool numbered)
      : path_(file.path),
        numbered_(numbered),
        collector_(file.path, numbered ? "photo#k, tab, caption" : "photo, tab, caption") {}

  void read(const Line& line) {
    const std::size_t tab = line.text.find('\t');
    if (tab == std::string_view::npos)
      fail(line, "a tab must stand between the photo's name and its caption");
    const std::string_view key = trimmed(line.text.substr(0, tab));
    const std::string_view name = name_in(key, line);
    if (name.empty()) fail(line, "the photo's name is missing");
    if (names_no_photo(name)) return skip("captions whose key names no photo", line, key);
    if (!collector_.add(collector_.photo(name), line.text.substr(tab + 1)))
      skip("empty captions", line, key);
  }

  CaptionSet finish() { return collector_.finish(); }

 private:
  std::string_view name_in(std::string_view key, const Line& line) const {
    const std::size_t mark = number_of(key);
    if (numbered_ && mark == std::string_view::npos)
      fail(line, "the photo's name must end in # and a number, as in the lines before");
    const bool mixed = !numbered_ && has_image_suffix(key.substr(0, std::min(mark, key.size()))) &&
                       mark != std::string_view::npos;
    if (mixed) fail(line, "the photo's name ends in # and a number, unlike the lines before");
    return numbered_ ? trimmed(key.substr(0, mark)) : key;
  }

  [[noreturn]] void fail(const Line& line, const char* problem) const {
    throw IoError(path_,
                  fmt::format("line {}: {}; it is {}", line.number, problem, excerpt(line.text)));
  }
  void skip(const char* what, const Line& line, std::string_view key) {
    collector_.skip(what, fmt::format("\"{}\" in line {}", key, line.number));
  }

  const std::filesystem::path& path_;
  bool numbered_;
  CaptionCollector collector_;
};

}  // namespace

std::optional<CaptionSet> read_caption_lines(const CaptionText& file) {
  if (file.lines.empty()) return std::nullopt;
  const std::string_view first = file.lines.front().text;
  const std::size_t tab = first.find('\t');
  if (tab == std::string_view::npos) return std::nullopt;
  const bool numbered = number_of(trimmed(first.substr(0, tab))) != std::string_view::npos;
  LineReader reader(file, numbered);
  for (const Line& line : file.lines) reader.read(line);
  return reader.finish();
}

}  // namespace limn::data
