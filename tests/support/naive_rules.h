// The rules of decode, each said plainly of whole captions: the slow reference for tests.
#pragma once

#include <algorithm>
#include <set>
#include <vector>

#include "limn/decode/rules.h"

namespace limn::test {

using Words = std::vector<std::int32_t>;

inline bool contains_phrase(const Words& words, const Words& phrase) {
  for (std::size_t at = 0; at + phrase.size() <= words.size(); ++at) {
    if (Words(words.begin() + static_cast<std::ptrdiff_t>(at),
              words.begin() + static_cast<std::ptrdiff_t>(at + phrase.size())) == phrase)
      return true;
  }
  return false;
}

inline bool has_all(const Words& words, const decode::Rules& rules) {
  return std::all_of(rules.required.begin(), rules.required.end(),
                     [&](const Words& phrase) { return contains_phrase(words, phrase); });
}

/// Whether the words that end at place `last` stood there before.
inline bool repeats(const Words& words, std::size_t last, std::size_t n) {
  if (last + 1 < n) return false;
  std::set<Words> before;
  for (std::size_t end = n; end <= last + 1; ++end) {
    const Words some(words.begin() + static_cast<std::ptrdiff_t>(end - n),
                     words.begin() + static_cast<std::ptrdiff_t>(end));
    if (end == last + 1) return before.contains(some);
    before.insert(some);
  }
  return false;
}

/// Whether a beginning keeps to the rules that hold for every word of it.
inline bool begins_well(const Words& words, const decode::Rules& rules) {
  const std::size_t forced = rules.prefix.size();
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i < forced ? words[i] != rules.prefix[i]
                   : (rules.no_repeat > 0 &&
                      repeats(words, i, static_cast<std::size_t>(rules.no_repeat))) ||
                         (rules.no_immediate_repeat && i > 0 && words[i] == words[i - 1]))
      return false;
  }
  return true;
}

/// Whether a caption may end so.
inline bool ends_well(const Words& words, const decode::Rules& rules) {
  if (words.size() < rules.prefix.size() || !has_all(words, rules)) return false;
  return words.empty() || std::find(rules.bad_endings.begin(), rules.bad_endings.end(),
                                    words.back()) == rules.bad_endings.end();
}

/// The fewest words that make all required phrases follow `words`: tries every order of them.
inline std::size_t words_needed(const Words& words, const decode::Rules& rules) {
  std::vector<Words> phrases = rules.required;
  std::sort(phrases.begin(), phrases.end());
  std::size_t best = 1000;
  do {
    Words all = words;
    for (const Words& phrase : phrases) {
      if (contains_phrase(all, phrase)) continue;
      std::size_t own = 0;
      Words longer;
      do {
        longer = all;
        ++own;
        longer.insert(longer.end(), phrase.end() - static_cast<std::ptrdiff_t>(own), phrase.end());
      } while (!contains_phrase(longer, phrase));
      all = longer;
    }
    best = std::min(best, all.size() - words.size());
  } while (std::next_permutation(phrases.begin(), phrases.end()));
  return best;
}

/// The words that begin a missing phrase or go on with it, as far as it was said last.
inline std::set<std::int32_t> words_towards(const Words& words, const decode::Rules& rules) {
  std::set<std::int32_t> result;
  for (const Words& phrase : rules.required) {
    if (contains_phrase(words, phrase)) continue;
    result.insert(phrase.front());
    for (std::size_t n = std::min(phrase.size() - 1, words.size()); n > 0; --n) {
      if (!std::equal(words.end() - static_cast<std::ptrdiff_t>(n), words.end(), phrase.begin()))
        continue;
      result.insert(phrase[n]);
      break;
    }
  }
  return result;
}

}  // namespace limn::test
