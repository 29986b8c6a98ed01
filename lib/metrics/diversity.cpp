#include "limn/metrics/diversity.h"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

#include "core/check.h"
#include "metrics/words.h"

namespace limn::metrics {
namespace {

constexpr std::array<std::string_view, 14> kBadEndings{
    "a", "an", "at", "for", "her", "his", "in", "of", "on", "that", "the", "this", "to", "with"};

double ratio(std::size_t part, std::size_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

double CaptionStatistics::mean_length() const {
  return ratio(static_cast<std::size_t>(words), static_cast<std::size_t>(captions));
}

bool ends_badly(const Sentence& caption) {
  return !caption.empty() && std::binary_search(kBadEndings.begin(), kBadEndings.end(),
                                                std::string_view(caption.back()));
}

CaptionStatistics caption_statistics(const std::vector<Sentence>& captions) {
  CaptionStatistics result;
  std::set<std::string_view> vocabulary;
  for (const Sentence& caption : captions) {
    result.words += std::ssize(caption);
    result.longest = std::max<std::int64_t>(result.longest, std::ssize(caption));
    result.bad_endings += ends_badly(caption);
    vocabulary.insert(caption.begin(), caption.end());
  }
  result.captions = std::ssize(captions);
  result.vocabulary = std::ssize(vocabulary);
  result.distinct = std::ssize(std::set<Sentence>(captions.begin(), captions.end()));
  return result;
}

std::int64_t novel_captions(const std::vector<Sentence>& captions,
                            const std::vector<Sentence>& training) {
  const std::set<Sentence> known(training.begin(), training.end());
  return std::count_if(captions.begin(), captions.end(),
                       [&](const Sentence& caption) { return !known.contains(caption); });
}

double distinct_n(const std::vector<Sentence>& captions, std::int64_t n) {
  require(n >= 1, "distinct_n: n must be at least 1; got {}", n);
  std::set<Sentence> ngrams;
  std::size_t words = 0;
  for (const Sentence& caption : captions) {
    words += caption.size();
    for (auto end = n; end <= std::ssize(caption); ++end)
      ngrams.emplace(caption.begin() + (end - n), caption.begin() + end);
  }
  return ratio(ngrams.size(), words);
}

}  // namespace limn::metrics
