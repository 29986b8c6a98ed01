#include "metrics/meteor_normalizer.h"

#include <algorithm>

#include "text/utf8.h"

namespace limn::metrics {
namespace {

using Text = std::u32string;
using Letters = std::u32string_view;
using Is = bool (*)(char32_t);

// A run of n dots is one character, beyond Unicode, until the line is split.
constexpr char32_t kDots = 0x110000;

bool is_between(char32_t c, char32_t first, char32_t last) { return c >= first && c <= last; }

bool is_digit(char32_t c) { return is_between(c, U'0', U'9'); }

bool is_letter(char32_t c) {
  if (c < 0x80) return is_between(c, U'a', U'z') || is_between(c, U'A', U'Z');
  return (is_between(c, 0xC0, 0x17E) && c != 0xD7 && c != 0xF7) || c == 0x178 ||
         is_between(c, 0x400, 0x527) || is_between(c, 0xA640, 0xA66E) ||
         is_between(c, 0xA67E, 0xA697) || is_between(c, 0x1D00, 0x1D7F);
}

bool is_white_space(char32_t c) { return c == U' ' || is_between(c, U'\t', U'\r'); }

bool is_blank(char32_t c) {
  return is_white_space(c) || is_between(c, 0x2000, 0x200A) || c == 0x202F || c == 0x205F ||
         c == 0x3000 || c == 0xA0;
}

bool is_no_digit(char32_t c) { return !is_digit(c); }
bool is_no_letter(char32_t c) { return !is_letter(c); }
bool is_other(char32_t c) { return !is_letter(c) && !is_digit(c); }
bool is_alphanumeric(char32_t c) { return is_letter(c) || is_digit(c); }
bool is_alphanumeric_or_dot(char32_t c) { return is_alphanumeric(c) || c == U'.'; }
bool is_s(char32_t c) { return c == U's'; }

/// `mark`, where it stands between `left` and `right`, becomes `by`. Goes from left to right; the
/// neighbours of one mark are not those of the next.
void replace_between(Text& text, Is left, char32_t mark, Is right, Letters by) {
  if (text.find(mark) == text.npos) return;
  Text result;
  std::size_t i = 0;
  while (i < text.size()) {
    const bool hit =
        i + 2 < text.size() && text[i + 1] == mark && left(text[i]) && right(text[i + 2]);
    result += text[i];
    if (hit) (result += by) += text[i + 2];
    i += hit ? 3 : 1;
  }
  text = std::move(result);
}

void replace_all(Text& text, Letters from, Letters by) {
  Text result;
  std::size_t begin = 0;
  for (std::size_t at; (at = text.find(from, begin)) != text.npos; begin = at + from.size())
    result.append(text, begin, at - begin).append(by);
  if (begin == 0) return;
  text = result.append(text, begin, text.npos);
}

// The line between blanks, with blanks around all signs but a few.
Text spaced(std::string_view line) {
  Text text = U" ";
  for (std::size_t at = 0; at < line.size();) {
    const auto [code, bytes] = text::character_at(line, at);
    at += bytes;
    const bool stays = is_alphanumeric(code) || is_white_space(code) ||
                       Letters(U".'`,-‘’").find(code) != Letters::npos;
    if (!stays) text += U' ';
    text += code;
    if (!stays) text += U' ';
  }
  return text += U' ';
}

void join_dots(Text& text) {
  if (text.find(U"..") == text.npos) return;
  Text result;
  for (std::size_t i = 0; i < text.size();) {
    const auto end = std::min(text.find_first_not_of(U'.', i), text.size());
    if (end < i + 2) {
      result += text[i++];
      continue;
    }
    ((result += U' ') += kDots + static_cast<char32_t>(end - i)) += U' ';
    i = end;
  }
  text = std::move(result);
}

void separate_commas(Text& text) {
  replace_between(text, is_no_digit, U',', is_no_digit, U" , ");
  replace_between(text, is_digit, U',', is_no_digit, U" , ");
  replace_between(text, is_no_digit, U',', is_digit, U" , ");
}

void unify_quotes(Text& text) {
  for (const Letters quote : {U"`", U"‘", U"’"}) replace_all(text, quote, U"'");
  for (const Letters quote : {U"“", U"”", U"''"}) replace_all(text, quote, U" \" ");
  replace_all(text, U"–", U"-");
  replace_all(text, U"--", U"-");
}

void separate_apostrophes(Text& text) {
  replace_between(text, is_no_letter, U'\'', is_no_letter, U" ' ");
  replace_between(text, is_other, U'\'', is_letter, U" ' ");
  replace_between(text, is_letter, U'\'', is_no_letter, U" ' ");
  replace_between(text, is_letter, U'\'', is_letter, U" '");
  replace_between(text, is_digit, U'\'', is_s, U" '");
}

std::vector<Text> split(const Text& text, Is separates) {
  std::vector<Text> words;
  for (auto at = text.begin(); at != text.end();) {
    const auto begin = std::find_if_not(at, text.end(), separates);
    at = std::find_if(begin, text.end(), separates);
    if (begin != at) words.emplace_back(begin, at);
  }
  return words;
}

std::string utf8(const Text& text) {
  std::string result;
  for (const char32_t c : text) {
    if (c > kDots) {
      result.append(c - kDots, '.');
    } else {
      text::append_character(c, result);
    }
  }
  return result;
}

// A period at a word's end becomes a word unless it belongs to an abbreviation.
Text without_period(const Text& word, char32_t next, const MeteorData& data) {
  const Text rest = word.substr(0, word.size() - 1);
  if (rest.find(U'.') != rest.npos && std::any_of(rest.begin(), rest.end(), is_letter)) {
    Text letters = rest;
    letters.erase(std::remove(letters.begin(), letters.end(), U'.'), letters.end());
    return letters;
  }
  const unsigned flags = data.flags(data.find(utf8(rest)));
  const bool stays = (flags & MeteorData::kPrefix) != 0 || is_between(next, U'a', U'z') ||
                     ((flags & MeteorData::kPrefixOfNumbers) != 0 && is_digit(next));
  return stays ? word : rest + U" .";
}

void separate_periods(Text& text, const MeteorData& data) {
  if (text.find(U'.') == text.npos) return;
  const std::vector<Text> words = split(text, is_white_space);
  text.clear();
  for (std::size_t i = 0; i < words.size(); ++i) {
    const char32_t next = i + 1 < words.size() ? words[i + 1].front() : U' ';
    const bool ends = words[i].size() > 1 && words[i].back() == U'.';
    (text += ends ? without_period(words[i], next, data) : words[i]) += U' ';
  }
}

// As Java does it: the one letter whose lower case is two keeps its dot.
Text lower(const Text& text) {
  Text result;
  for (const char32_t c : text) {
    result += c >= kDots ? c : text::lower(c);
    if (c == U'İ') result += U'\u0307';
  }
  return result;
}

// Java's trim() takes control characters for blanks; by now they are words of their own.
std::vector<std::string> trimmed(std::vector<std::string> words) {
  const auto stays = [](const std::string& word) { return word.size() > 1 || word[0] > ' '; };
  words.erase(words.begin(), std::find_if(words.begin(), words.end(), stays));
  words.erase(std::find_if(words.rbegin(), words.rend(), stays).base(), words.end());
  return words;
}

}  // namespace

std::vector<std::string> normalize(std::string_view line, const MeteorData& data) {
  Text text = spaced(line);
  join_dots(text);
  separate_commas(text);
  unify_quotes(text);
  replace_between(text, is_alphanumeric_or_dot, U'-', is_alphanumeric, U" ");
  separate_apostrophes(text);
  separate_periods(text, data);
  std::vector<std::string> words;
  for (const Text& word : split(lower(text), is_blank)) words.push_back(utf8(word));
  return trimmed(std::move(words));
}

}  // namespace limn::metrics
