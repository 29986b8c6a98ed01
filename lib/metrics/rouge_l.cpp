#include <algorithm>

#include "metrics/counted.h"
#include "metrics/lcs.h"

namespace limn::metrics {
namespace {

constexpr double kRougeBeta = 1.2;

using Line = std::vector<std::int32_t>;

struct Lines {
  Line hypothesis;
  std::vector<Line> references;
};

Line number(const Sentence& sentence, WordNumbers& numbers) {
  Line line;
  for (const std::string_view word : split_at_blanks(sentence)) line.push_back(numbers.add(word));
  return line;
}

Lines number(const Candidate& candidate, WordNumbers& numbers) {
  Lines lines{number(candidate.hypothesis, numbers), {}};
  for (const Sentence& reference : candidate.references)
    lines.references.push_back(number(reference, numbers));
  return lines;
}

double rouge_of(const Lines& lines, LongestCommonSubsequence& lcs) {
  double precision = 0;
  double recall = 0;
  for (const Line& reference : lines.references) {
    const auto common = static_cast<double>(lcs.length(lines.hypothesis, reference));
    precision = std::max(precision, common / static_cast<double>(lines.hypothesis.size()));
    recall = std::max(recall, common / static_cast<double>(reference.size()));
  }
  if (precision == 0 || recall == 0) return 0;
  constexpr double square = kRougeBeta * kRougeBeta;
  return (1 + square) * precision * recall / (recall + square * precision);
}

}  // namespace

Score rouge_l(const std::vector<Candidate>& candidates) {
  check(candidates, "rouge_l");
  WordNumbers numbers;
  std::vector<Lines> set;
  set.reserve(candidates.size());
  for (const Candidate& candidate : candidates) set.push_back(number(candidate, numbers));
  LongestCommonSubsequence lcs(numbers.size());
  std::vector<double> images;
  images.reserve(set.size());
  for (const Lines& lines : set) images.push_back(rouge_of(lines, lcs));
  return mean_score(std::move(images));
}

}  // namespace limn::metrics
