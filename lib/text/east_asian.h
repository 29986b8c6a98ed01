// The scripts that are written without blanks.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace limn::text {

/// Ideographs, kana, bopomofo and Hangul syllables: characters that count as words.
bool is_east_asian(char32_t code);

/// Letters, marks and numbers of every script.
bool is_word_character(char32_t code);
/// What belongs to the character before it: combining marks, half-width voiced sound marks.
bool is_mark(char32_t code);

/// With a blank between two words unless one of them touches the other with an East Asian
/// character. UTF-8.
std::string join_east_asian(const std::vector<std::string>& words);

}  // namespace limn::text
