#include <algorithm>
#include <cmath>

#include "limn/metrics/meteor.h"

namespace limn::metrics {
namespace {

constexpr double kAlpha = 0.85;
constexpr double kBeta = 0.2;
constexpr double kGamma = 0.6;
constexpr double kDelta = 0.75;
constexpr std::array<double, 4> kWeights{1, 0.6, 0.8, 0.6};

double weighted(double content, double function) {
  return kDelta * content + (1 - kDelta) * function;
}

// P or R; NaN without words.
double share(const std::array<std::int64_t, 4>& content,
             const std::array<std::int64_t, 4>& function, std::int64_t words,
             std::int64_t function_words) {
  double matched = 0;
  for (std::size_t i = 0; i < kWeights.size(); ++i)
    matched +=
        kWeights[i] * weighted(static_cast<double>(content[i]), static_cast<double>(function[i]));
  return matched /
         weighted(static_cast<double>(words - function_words), static_cast<double>(function_words));
}

}  // namespace

std::array<std::int64_t, 23> MeteorStatistics::numbers() const {
  std::array<std::int64_t, 23> result{hypothesis_words, reference_words, hypothesis_function_words,
                                      reference_function_words};
  auto next = result.begin() + 4;
  for (const Matched& one : matched)
    for (const std::int64_t number : {one.hypothesis_content, one.reference_content,
                                      one.hypothesis_function, one.reference_function})
      *next++ = number;
  for (const std::int64_t number : {chunks, hypothesis_matched, reference_matched})
    *next++ = number;
  return result;
}

MeteorStatistics MeteorStatistics::of_numbers(const std::array<std::int64_t, 23>& numbers) {
  MeteorStatistics result;
  auto next = numbers.begin();
  for (std::int64_t* place : {&result.hypothesis_words, &result.reference_words,
                              &result.hypothesis_function_words, &result.reference_function_words})
    *place = *next++;
  for (Matched& one : result.matched)
    for (std::int64_t* place : {&one.hypothesis_content, &one.reference_content,
                                &one.hypothesis_function, &one.reference_function})
      *place = *next++;
  for (std::int64_t* place :
       {&result.chunks, &result.hypothesis_matched, &result.reference_matched})
    *place = *next++;
  return result;
}

bool MeteorStatistics::is_whole() const {
  return hypothesis_matched == hypothesis_words && reference_matched == reference_words &&
         chunks == 1;
}

void MeteorStatistics::add(const MeteorStatistics& pair) {
  hypothesis_words += pair.hypothesis_words;
  reference_words += pair.reference_words;
  hypothesis_function_words += pair.hypothesis_function_words;
  reference_function_words += pair.reference_function_words;
  for (std::size_t i = 0; i < matched.size(); ++i) {
    matched[i].hypothesis_content += pair.matched[i].hypothesis_content;
    matched[i].reference_content += pair.matched[i].reference_content;
    matched[i].hypothesis_function += pair.matched[i].hypothesis_function;
    matched[i].reference_function += pair.matched[i].reference_function;
  }
  if (!pair.is_whole()) chunks += pair.chunks;
  hypothesis_matched += pair.hypothesis_matched;
  reference_matched += pair.reference_matched;
}

double MeteorStatistics::score() const {
  const auto of_all = [&](std::int64_t Matched::*words) {
    std::array<std::int64_t, 4> result;
    for (std::size_t i = 0; i < result.size(); ++i) result[i] = matched[i].*words;
    return result;
  };
  const double precision =
      share(of_all(&Matched::hypothesis_content), of_all(&Matched::hypothesis_function),
            hypothesis_words, hypothesis_function_words);
  const double recall =
      share(of_all(&Matched::reference_content), of_all(&Matched::reference_function),
            reference_words, reference_function_words);
  const double f = 1 / ((1 - kAlpha) / precision + kAlpha / recall);
  const double mean = static_cast<double>(hypothesis_matched + reference_matched) / 2;
  const double fragmentation = is_whole() ? 0 : static_cast<double>(chunks) / mean;
  const double score = f * (1 - kGamma * std::pow(fragmentation, kBeta));
  return std::isnan(score) ? 0 : std::max(0.0, score);
}

Score meteor_score(const std::vector<MeteorStatistics>& images) {
  Score score;
  MeteorStatistics total;
  for (const MeteorStatistics& image : images) {
    score.images.push_back(image.score());
    total.add(image);
  }
  score.corpus = total.score();
  return score;
}

}  // namespace limn::metrics
