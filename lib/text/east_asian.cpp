#include "text/east_asian.h"

#include <utf8proc.h>

#include <algorithm>
#include <array>

#include "text/character_set.h"
#include "text/utf8.h"

namespace limn::text {
namespace {

constexpr std::array kEastAsian{
    CharacterRange{0x2e80, 0x2fdf},    // radicals
    CharacterRange{0x3005, 0x3007},    // 々 〆 〇
    CharacterRange{0x3021, 0x3029},    // Hangzhou numerals
    CharacterRange{0x3041, 0x30ff},    // kana
    CharacterRange{0x3105, 0x312f},    // bopomofo
    CharacterRange{0x31a0, 0x31bf},    // more bopomofo
    CharacterRange{0x31f0, 0x31ff},    // small kana
    CharacterRange{0x3400, 0x4dbf},    // ideographs
    CharacterRange{0x4e00, 0x9fff},    // ideographs
    CharacterRange{0xac00, 0xd7a3},    // Hangul syllables
    CharacterRange{0xf900, 0xfaff},    // compatibility ideographs
    CharacterRange{0xff66, 0xff9d},    // half-width kana
    CharacterRange{0x1b000, 0x1b16f},  // old kana
    CharacterRange{0x20000, 0x3fffd},  // ideographs
};

utf8proc_category_t category(char32_t code) {
  return utf8proc_category(static_cast<utf8proc_int32_t>(code));
}

// The last one that is no mark, or the first.
char32_t last_character(std::string_view word) {
  char32_t last = 0;
  for (std::size_t at = 0; at < word.size();) {
    const auto [code, bytes] = character_at(word, at);
    if (at == 0 || !is_mark(code)) last = code;
    at += bytes;
  }
  return last;
}

bool touches(std::string_view before, std::string_view after) {
  if (before.empty() || after.empty()) return false;
  return is_east_asian(last_character(before)) || is_east_asian(character_at(after, 0).code);
}

}  // namespace

bool is_east_asian(char32_t code) {
  if (code < kEastAsian.front().first) return false;
  return std::any_of(kEastAsian.begin(), kEastAsian.end(),
                     [&](auto& range) { return range.first <= code && code <= range.last; }) &&
         is_word_character(code);
}

bool is_word_character(char32_t code) {
  return category(code) >= UTF8PROC_CATEGORY_LU && category(code) <= UTF8PROC_CATEGORY_NO;
}

bool is_mark(char32_t code) {
  return (category(code) >= UTF8PROC_CATEGORY_MN && category(code) <= UTF8PROC_CATEGORY_ME) ||
         code == 0xff9e || code == 0xff9f;
}

std::string join_east_asian(const std::vector<std::string>& words) {
  std::string caption;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0 && !touches(words[i - 1], words[i])) caption += ' ';
    caption += words[i];
  }
  return caption;
}

}  // namespace limn::text
