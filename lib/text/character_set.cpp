#include "text/character_set.h"

#include <algorithm>

namespace limn::text {

CharacterSet::CharacterSet(std::initializer_list<CharacterRange> ranges) {
  add(std::span(ranges.begin(), ranges.size()));
}

CharacterSet::CharacterSet(std::span<const CharacterRange> ranges) { add(ranges); }

void CharacterSet::add(std::span<const CharacterRange> ranges) {
  std::vector<CharacterRange> all(std::move(ranges_));
  all.insert(all.end(), ranges.begin(), ranges.end());
  std::sort(all.begin(), all.end(), [](auto& a, auto& b) { return a.first < b.first; });
  ranges_.clear();
  for (const CharacterRange& range : all) {
    if (!ranges_.empty() && range.first <= ranges_.back().last + 1) {
      ranges_.back().last = std::max(ranges_.back().last, range.last);
    } else {
      ranges_.push_back(range);
    }
  }
}

CharacterSet CharacterSet::complement() const {
  CharacterSet result;
  char32_t next = 0;
  for (const CharacterRange& range : ranges_) {
    if (range.first > next) result.ranges_.push_back({next, range.first - 1});
    next = range.last + 1;
  }
  if (next <= kLastCharacter) result.ranges_.push_back({next, kLastCharacter});
  return result;
}

bool CharacterSet::contains(char32_t code) const {
  const auto after = std::upper_bound(ranges_.begin(), ranges_.end(), code,
                                      [](char32_t c, auto& range) { return c < range.first; });
  return after != ranges_.begin() && code <= std::prev(after)->last;
}

}  // namespace limn::text
