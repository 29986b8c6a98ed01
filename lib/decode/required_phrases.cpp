#include "decode/required_phrases.h"

#include <algorithm>
#include <limits>

#include "core/check.h"

namespace limn::decode {
namespace {

using Phrase = std::vector<std::int32_t>;

bool contains(std::span<const std::int32_t> words, const Phrase& phrase) {
  return std::search(words.begin(), words.end(), phrase.begin(), phrase.end()) != words.end();
}

// Whether the last `length` words of `words` are the first ones of `phrase`.
bool overlaps(std::span<const std::int32_t> words, const Phrase& phrase, std::size_t length) {
  const auto last = words.last(length);
  return std::equal(last.begin(), last.end(), phrase.begin());
}

// The most words by which they overlap, not all of `phrase`.
std::size_t overlap(std::span<const std::int32_t> words, const Phrase& phrase) {
  std::size_t length = std::min(words.size(), phrase.size() - 1);
  while (!overlaps(words, phrase, length)) --length;
  return length;
}

// Without those that are part of another one.
std::vector<Phrase> essential(std::vector<Phrase> phrases) {
  std::stable_sort(phrases.begin(), phrases.end(),
                   [](const Phrase& a, const Phrase& b) { return a.size() > b.size(); });
  std::vector<Phrase> result;
  for (Phrase& phrase : phrases) {
    require(!phrase.empty(), "search: a required phrase must have at least one word; got none");
    const auto holds = [&](const Phrase& longer) { return contains(longer, phrase); };
    if (std::none_of(result.begin(), result.end(), holds)) result.push_back(std::move(phrase));
  }
  return result;
}

constexpr std::uint32_t bit(std::size_t phrase) { return std::uint32_t{1} << phrase; }

void sort_without_repeats(std::vector<std::int32_t>& words) {
  std::sort(words.begin(), words.end());
  words.erase(std::unique(words.begin(), words.end()), words.end());
}

}  // namespace

RequiredPhrases::RequiredPhrases(const std::vector<Phrase>& phrases)
    : phrases_(essential(phrases)) {
  require(phrases_.size() <= kMost, "search: at most {} phrases can be required; got {}", kMost,
          phrases_.size());
  for (const Phrase& phrase : phrases_) words_.insert(words_.end(), phrase.begin(), phrase.end());
  sort_without_repeats(words_);
  if (!empty()) fill_table();
}

std::int64_t& RequiredPhrases::after(std::uint32_t missing, std::size_t last) {
  return table_[missing * phrases_.size() + last];
}

std::int64_t RequiredPhrases::after(std::uint32_t missing, std::size_t last) const {
  return table_[missing * phrases_.size() + last];
}

// Shortest common superstrings, by the phrases that are still to come and the one before them.
void RequiredPhrases::fill_table() {
  table_.assign((std::size_t{1} << phrases_.size()) * phrases_.size(), 0);
  for (std::uint32_t missing = 1; missing < bit(phrases_.size()); ++missing) {
    for (std::size_t last = 0; last < phrases_.size(); ++last) {
      std::int64_t best = std::numeric_limits<std::int64_t>::max();
      for (std::size_t i = 0; i < phrases_.size(); ++i) {
        if ((missing & bit(i)) == 0) continue;
        const std::size_t own = phrases_[i].size() - overlap(phrases_[last], phrases_[i]);
        best = std::min(best, static_cast<std::int64_t>(own) + after(missing & ~bit(i), i));
      }
      after(missing, last) = best;
    }
  }
}

RequiredPhrases::Progress RequiredPhrases::progress(Words said) const {
  Progress result{.missing = 0, .matched = std::vector<std::size_t>(phrases_.size(), 0)};
  for (std::size_t i = 0; i < phrases_.size(); ++i) {
    if (contains(said, phrases_[i])) continue;
    result.missing |= bit(i);
    result.matched[i] = overlap(said, phrases_[i]);
  }
  return result;
}

std::int64_t RequiredPhrases::shortest(const Progress& progress) const {
  if (progress.missing == 0) return 0;
  std::int64_t best = std::numeric_limits<std::int64_t>::max();
  for (std::size_t i = 0; i < phrases_.size(); ++i) {
    if ((progress.missing & bit(i)) == 0) continue;
    const std::size_t own = phrases_[i].size() - progress.matched[i];
    best = std::min(best, static_cast<std::int64_t>(own) + after(progress.missing & ~bit(i), i));
  }
  return best;
}

std::int64_t RequiredPhrases::needed(Words said) const { return shortest(progress(said)); }

std::int64_t RequiredPhrases::needed_after_others(Words said) const {
  Progress lost = progress(said);
  lost.matched.assign(phrases_.size(), 0);
  return shortest(lost);
}

std::vector<std::int32_t> RequiredPhrases::next(Words said) const {
  const Progress now = progress(said);
  std::vector<std::int32_t> result;
  for (std::size_t i = 0; i < phrases_.size(); ++i) {
    if ((now.missing & bit(i)) == 0) continue;
    result.push_back(phrases_[i].front());
    result.push_back(phrases_[i][now.matched[i]]);
  }
  sort_without_repeats(result);
  return result;
}

std::vector<Phrase> RequiredPhrases::completions(Words said) const {
  const Progress now = progress(said);
  std::vector<Phrase> result;
  for (std::size_t i = 0; i < phrases_.size(); ++i) {
    if ((now.missing & bit(i)) == 0) continue;
    for (std::size_t length = now.matched[i] + 1; length > 0; --length) {
      if (overlaps(said, phrases_[i], length - 1))
        result.emplace_back(phrases_[i].begin() + static_cast<std::ptrdiff_t>(length - 1),
                            phrases_[i].end());
    }
  }
  return result;
}

}  // namespace limn::decode
