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
                         std::size_t offset) {
  const auto [line, byte] = place_of(text, offset);
  throw IoError(path, fmt::format("line {}, byte {} (0x{:02X}) is no UTF-8 text; save it as UTF-8",
                                  line, byte, static_cast<unsigned char>(text[offset])));
}

std::string_view take_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

}  // namespace

TextPlace place_of(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, offset);
  const auto lines = std::count(before.begin(), before.end(), '\n');
  return {static_cast<std::size_t>(lines) + 1, offset - before.rfind('\n')};  // npos is -1
}

TextFile::TextFile(const std::filesystem::path& path, bool lossy)
    : file_(map_file(path)), text_(file_.text()) {
  const std::size_t bad = first_bad_byte(text_);
  if (bad != std::string_view::npos && !lossy) refuse(path, text_, bad);
  if (bad != std::string_view::npos) replace_bad_bytes(bad);
  if (text_.starts_with(kByteOrderMark)) text_.remove_prefix(kByteOrderMark.size());
}

void TextFile::replace_bad_bytes(std::size_t first) {
  const auto [line, byte] = place_of(text_, first);
  first_replaced_ = fmt::format("line {}, byte {}", line, byte);
  const std::size_t end = text_.size();
  const auto next_bad = [&](std::size_t at) {
    return at + std::min(end - at, invalid_utf8(text_.substr(at)));
  };
  std::size_t bad = next_bad(0), zero = std::min(end, text_.find('\0'));
  for (std::size_t at = 0; at < end; ++replaced_) {
    const std::size_t stop = std::min(bad, zero);
    repaired_ += text_.substr(at, stop - at);
    if (stop == end) break;
    repaired_ += "\uFFFD";
    at = stop + 1;
    if (stop == bad) bad = next_bad(at);
    if (stop == zero) zero = std::min(end, text_.find('\0', at));
  }
  text_ = repaired_;
}

std::vector<Line> lines_of(std::string_view text) {
  std::vector<Line> lines;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::string_view line = take_line(text);
    if (!trimmed(line).empty()) lines.push_back({number, line});
  }
  return lines;
}

Line first_line_of(std::string_view text) {
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::string_view line = take_line(text);
    if (!trimmed(line).empty()) return {number, line};
  }
  return {1, {}};
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
