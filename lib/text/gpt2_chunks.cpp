#include "text/gpt2_chunks.h"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <cstdint>

#include "text/utf8.h"

namespace limn::text {
namespace {

enum class Kind : std::uint8_t { letter, number, space, other };

Kind kind_of(char32_t code) {
  // is_white_space is Python's, which has four control characters more.
  if (is_white_space(code)) return code >= 0x1c && code <= 0x1f ? Kind::other : Kind::space;
  const auto category = utf8proc_category(static_cast<utf8proc_int32_t>(code));
  if (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO) return Kind::letter;
  if (category >= UTF8PROC_CATEGORY_ND && category <= UTF8PROC_CATEGORY_NO) return Kind::number;
  return Kind::other;
}

struct Unit {
  Kind kind;
  std::size_t bytes;
};

Unit unit_at(std::string_view text, std::size_t at) {
  utf8proc_int32_t code = -1;
  const auto length = utf8proc_iterate(
      reinterpret_cast<const utf8proc_uint8_t*>(text.data()) + at,
      static_cast<utf8proc_ssize_t>(std::min<std::size_t>(text.size() - at, 4)), &code);
  if (length <= 0) return {Kind::other, 1};
  return {kind_of(static_cast<char32_t>(code)), static_cast<std::size_t>(length)};
}

std::size_t contraction_at(std::string_view text) {
  constexpr std::array<std::string_view, 7> kContractions{"'s", "'t",  "'re", "'ve",
                                                          "'m", "'ll", "'d"};
  for (const std::string_view contraction : kContractions)
    if (text.starts_with(contraction)) return contraction.size();
  return 0;
}

// Where the characters of one kind that begin at `at` end; `last` is where the last one begins.
std::size_t end_of_run(std::string_view text, std::size_t at, std::size_t& last) {
  const Kind kind = unit_at(text, at).kind;
  while (at < text.size()) {
    const Unit unit = unit_at(text, at);
    if (unit.kind != kind) break;
    last = at;
    at += unit.bytes;
  }
  return at;
}

std::size_t end_of_chunk(std::string_view text, std::size_t begin) {
  if (const std::size_t length = contraction_at(text.substr(begin))) return begin + length;
  std::size_t last = begin;
  const std::size_t after_blank = begin + (text[begin] == ' ' ? 1 : 0);
  if (after_blank < text.size() && unit_at(text, after_blank).kind != Kind::space)
    return end_of_run(text, after_blank, last);
  const std::size_t end = end_of_run(text, begin, last);
  // The last blank goes to the word that follows, if there is another before it.
  return end == text.size() || last == begin ? end : last;
}

}  // namespace

std::vector<std::string_view> gpt2_chunks(std::string_view text) {
  std::vector<std::string_view> chunks;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = end_of_chunk(text, begin);
    chunks.push_back(text.substr(begin, end - begin));
    begin = end;
  }
  return chunks;
}

}  // namespace limn::text
