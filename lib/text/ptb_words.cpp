#include "text/ptb_words.h"

#include <algorithm>
#include <array>

#include "text/java_lower.h"

namespace limn::text::ptb {
namespace {

using String = std::u32string;
using View = std::u32string_view;

constexpr char32_t kSoftHyphen = 0xad;
constexpr char32_t kNoBreakSpace = 0xa0;

String replaced(View text, View what, View by) {
  String result(text);
  for (std::size_t at = 0; (at = result.find(what, at)) != result.npos; at += by.size())
    result.replace(at, what.size(), by);
  return result;
}

View bracket(char32_t c) {
  switch (c) {
    case '(': return U"-lrb-";
    case ')': return U"-rrb-";
    case '[': return U"-lsb-";
    case ']': return U"-rsb-";
    case '{': return U"-lcb-";
    case '}': return U"-rcb-";
    default: return {};
  }
}

String spaced(View text) { return replaced(text, U" ", View(&kNoBreakSpace, 1)); }

// Of faces and phone numbers, which hold round brackets only as such.
String escaped(View text) {
  return replaced(replaced(spaced(text), U"(", bracket('(')), U")", bracket(')'));
}

View quote(char32_t c) {
  switch (c) {
    case '"': return U"''";
    case '`':
    case 0x91:
    case 0x2018:
    case 0x201b:
    case 0x2039: return U"`";
    case 0x92:
    case 0x2019:
    case 0x203a: return U"'";
    case 0x93:
    case 0x201c:
    case 0xab: return U"``";
    case 0x94:
    case 0x201d:
    case 0xbb: return U"''";
    default: return {};
  }
}

// Entities of quotes are read in lower case only.
String quoted(View text) {
  String result;
  for (const char32_t c : replaced(replaced(text, U"&apos;", U"'"), U"&quot;", U"\"")) {
    const View mark = quote(c);
    result += mark.empty() ? View(&c, 1) : mark;
  }
  return result;
}

// Without the "amp;" of any case that follows each &.
String ampersand(View text) {
  String result;
  for (std::size_t at = 0; at < text.size(); ++at) {
    result += text[at];
    if (text[at] == '&' && at + 4 < text.size() && text[at + 4] == ';') at += 4;
  }
  return result;
}

View fraction(char32_t c) {
  switch (c) {
    case 0xbc: return U"1/4";
    case 0xbd: return U"1/2";
    case 0xbe: return U"3/4";
    case 0x2153: return U"1/3";
    default: return U"2/3";
  }
}

String currency(char32_t c) {
  switch (c) {
    case 0x80:
    case 0xa4:
    case 0x20a0:
    case 0x20ac: return U"$";
    case 0xa2: return U"cents";
    case 0xa3: return U"#";
    default: return String(1, c);
  }
}

String written(Action action, View match) {
  switch (action) {
    case kSpaced: return spaced(match);
    case kEscaped: return escaped(match);
    case kQuotes: return quoted(match);
    case kAmpersand: return ampersand(match);
    case kFraction: return String(fraction(match.front()));
    case kCurrency: return currency(match.front());
    case kEntity: return match[1] == 'l' || match[1] == 'L' ? U"<" : U">";
    case kHyphens: return match.size() < 5 ? String() : String(match);
    case kBracket: return String(bracket(match.front()));
    default: return String(match);
  }
}

bool is_removed(std::string_view word) {
  constexpr std::array<std::string_view, 13> kList{"''", "'", "``", "`",  ".",   "?", "!",
                                                   ",",  ":", "-",  "--", "...", ";"};
  return word.size() < 4 && std::find(kList.begin(), kList.end(), word) != kList.end();
}

std::string lower_without_soft_hyphens(View match) {
  if (match.find(kSoftHyphen) == match.npos) return java_lower(match);
  String word(match);
  std::erase(word, kSoftHyphen);
  return java_lower(word);
}

}  // namespace

std::string word_of(Action action, View match) {
  if (action == kNothing || action == kRemoved) return {};
  std::string word = action == kWord    ? lower_without_soft_hyphens(match)
                     : action == kExact ? java_lower(match)
                                        : java_lower(written(action, match));
  return is_removed(word) ? std::string() : word;
}

}  // namespace limn::text::ptb
