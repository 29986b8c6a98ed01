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

std::vector<Candidate> against_others(const std::vector<CaptionSample>& samples, std::size_t k) {
  std::vector<Candidate> candidates;
  for (const CaptionSample& sample : samples) {
    Candidate& candidate = candidates.emplace_back(Candidate{sample[k], sample});
    candidate.references.erase(candidate.references.begin() + static_cast<std::ptrdiff_t>(k));
  }
  return candidates;
}

}  // namespace

double CaptionStatistics::mean_length() const {
  return ratio(static_cast<std::size_t>(words), static_cast<std::size_t>(captions));
}

std::vector<std::string> bad_endings() { return {kBadEndings.begin(), kBadEndings.end()}; }

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

std::array<Score, 4> mbleu(const std::vector<CaptionSample>& samples) {
  require(!samples.empty(), "mbleu: captions of at least one image are needed; got none");
  const std::size_t count = samples.front().size();
  for (std::size_t i = 0; i < samples.size(); ++i) {
    require(samples[i].size() == count && count >= 2,
            "mbleu: every image needs the same number of captions, at least two; image 0 has {}, "
            "image {} has {}",
            count, i, samples[i].size());
  }
  std::array<Score, 4> result;
  for (Score& order : result) order.images.resize(samples.size(), 0.0);
  for (std::size_t k = 0; k < count; ++k) {
    const auto scores = bleu(against_others(samples, k));
    for (std::size_t order = 0; order < result.size(); ++order) {
      result[order].corpus += scores[order].corpus / static_cast<double>(count);
      for (std::size_t i = 0; i < samples.size(); ++i)
        result[order].images[i] += scores[order].images[i] / static_cast<double>(count);
    }
  }
  return result;
}

}  // namespace limn::metrics
