// Characters of UTF-8 text.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace limn::text {

struct Character {
  char32_t code;
  std::size_t bytes;  ///< of its UTF-8 form, 1–4
};

/// Throws InvalidArgument, beginning with `op` and naming the byte, when `text` is not UTF-8.
void require_utf8(std::string_view text, const char* op);

/// The character that begins at byte `at` of `text`, which is UTF-8.
Character character_at(std::string_view text, std::size_t at);

void append_character(char32_t code, std::string& text);

/// Unicode's simple lower case.
char32_t lower(char32_t code);

/// As Python's str.isspace().
constexpr bool is_white_space(char32_t code) {
  return (code >= 0x09 && code <= 0x0d) || (code >= 0x1c && code <= 0x20) || code == 0x85 ||
         code == 0xa0 || code == 0x1680 || (code >= 0x2000 && code <= 0x200a) || code == 0x2028 ||
         code == 0x2029 || code == 0x202f || code == 0x205f || code == 0x3000;
}

}  // namespace limn::text
