#include "data/text_file.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/utf8.h"
#include "limn/core/error.h"

namespace limn::data {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kBlanks = " \t\r\n\v\f";

// No text holds a zero byte, but UTF-16 and binary files do.
std::size_t first_bad_byte(std::string_view text) {
  return std::min(invalid_utf8(text), text.find('\0'));
}

[[noreturn]] void refuse(const std::filesystem::path& path, std::string_view text,
                         std::size_t place) {
  const std::string_view before = text.substr(0, place);
  const auto line = std::count(before.begin(), before.end(), '\n') + 1;
  const std::size_t line_begin = before.rfind('\n') + 1;  // npos + 1 = 0
  throw IoError(path,
                fmt::format("line {}, byte {} (0x{:02X}) is no UTF-8 text; save it as UTF-8", line,
                            place - line_begin + 1, static_cast<unsigned char>(text[place])));
}

}  // namespace

TextFile::TextFile(const std::filesystem::path& path)
    : file_(map_file(path)), text_(static_cast<const char*>(file_.memory.get()), file_.size) {
  const std::size_t place = first_bad_byte(text_);
  if (place != std::string_view::npos) refuse(path, text_, place);
  if (text_.starts_with(kByteOrderMark)) text_.remove_prefix(kByteOrderMark.size());
}

std::vector<Line> lines_of(std::string_view text) {
  std::vector<Line> lines;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!trimmed(line).empty()) lines.push_back({number, line});
  }
  return lines;
}

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

std::string shortened(std::string_view text) {
  constexpr std::size_t longest = 60;
  if (text.size() <= longest) return std::string(text);
  const std::string_view begin = text.substr(0, longest);
  return fmt::format("{}…", begin.substr(0, std::min(invalid_utf8(begin), longest)));
}

std::string excerpt(std::string_view text) { return fmt::format("\"{}\"", shortened(text)); }

std::string_view file_part(std::string_view path) {
  return path.substr(path.find_last_of("/\\") + 1);  // npos + 1 = 0
}

}  // namespace limn::data
