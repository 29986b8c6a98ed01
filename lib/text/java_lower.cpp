#include "text/java_lower.h"

#include <utf8proc.h>

#include "text/utf8.h"

namespace limn::text {
namespace {

constexpr char32_t kSigma = 0x3a3;
constexpr char32_t kFinalSigma = 0x3c2;
constexpr char32_t kDottedI = 0x130;

bool has_case(char32_t c) {
  const auto category = utf8proc_category(static_cast<utf8proc_int32_t>(c));
  return category == UTF8PROC_CATEGORY_LU || category == UTF8PROC_CATEGORY_LL ||
         category == UTF8PROC_CATEGORY_LT;
}

// What Java's word boundaries do not separate from a letter.
bool is_within_word(char32_t c) {
  for (const char32_t mark : {U'-', U'\'', U'.', U'_', U'\u00ad', U'\u2010', U'\u2011', U'\u2019'})
    if (c == mark) return true;
  const auto category = utf8proc_category(static_cast<utf8proc_int32_t>(c));
  return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_NO;
}

bool is_final(std::u32string_view word, std::size_t at) {
  std::size_t before = at;
  while (before > 0 && is_within_word(word[before - 1]) && !has_case(word[before - 1])) --before;
  if (before == 0 || !has_case(word[before - 1])) return false;
  std::size_t after = at + 1;
  while (after < word.size() && is_within_word(word[after]) && !has_case(word[after])) ++after;
  return after == word.size() || !has_case(word[after]);
}

bool is_pair(std::u32string_view units, std::size_t at) {
  return units[at] >> 10 == 0xd800 >> 10 && at + 1 < units.size() &&
         units[at + 1] >> 10 == 0xdc00 >> 10;
}

void append_lower(std::u32string_view word, std::size_t at, std::string& result) {
  const char32_t c = word[at];
  if (c == kSigma && is_final(word, at)) return append_character(kFinalSigma, result);
  if (c == kDottedI) {
    result += "i\u0307";
    return;
  }
  append_character(lower(c), result);
}

}  // namespace

void append_units(char32_t code, std::u32string& units) {
  if (code < 0x10000) {
    units += code;
  } else {
    units += 0xd800 + ((code - 0x10000) >> 10);
    units += 0xdc00 + (code & 0x3ff);
  }
}

std::string java_lower(std::u32string_view word) {
  std::string result;
  result.reserve(word.size());
  for (std::size_t at = 0; at < word.size(); ++at) {
    const char32_t c = word[at];
    if (c < 0x80) {
      result += static_cast<char>(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
    } else if (is_pair(word, at)) {
      append_character(lower(0x10000 + ((c & 0x3ff) << 10) + (word[++at] & 0x3ff)), result);
    } else {
      append_lower(word, at, result);
    }
  }
  return result;
}

}  // namespace limn::text
