#include <algorithm>
#include <cmath>

#include "metrics/counted.h"

namespace limn::metrics {
namespace {

constexpr double kTiny = 1e-15;
constexpr double kSmall = 1e-9;

std::int64_t correct(const Ngrams& hypothesis, const std::vector<Ngrams>& references,
                     std::size_t order) {
  std::int64_t result = 0;
  for_each_count(hypothesis.order(order), [&](std::int32_t ngram, std::int64_t count) {
    std::int64_t most = 0;
    for (const Ngrams& reference : references)
      most = std::max(most, count_of(ngram, reference.order(order)));
    result += std::min(count, most);
  });
  return result;
}

std::int64_t closest_length(std::int64_t length, const std::vector<Ngrams>& references) {
  const auto closer = [&](const Ngrams& a, const Ngrams& b) {
    return std::pair(std::abs(a.words() - length), a.words()) <
           std::pair(std::abs(b.words() - length), b.words());
  };
  return std::min_element(references.begin(), references.end(), closer)->words();
}

BleuStatistics statistics(const Ngrams& hypothesis, const std::vector<Ngrams>& references) {
  BleuStatistics result;
  for (std::size_t order = 0; order < kOrders; ++order) {
    result.correct[order] = correct(hypothesis, references, order);
    result.possible[order] = static_cast<std::int64_t>(hypothesis.order(order).size());
  }
  result.length = hypothesis.words();
  result.reference_length = closest_length(result.length, references);
  return result;
}

}  // namespace

void BleuStatistics::add(const BleuStatistics& other) {
  for (std::size_t order = 0; order < kOrders; ++order) {
    correct[order] += other.correct[order];
    possible[order] += other.possible[order];
  }
  length += other.length;
  reference_length += other.reference_length;
}

std::array<double, kOrders> BleuStatistics::scores() const {
  const double ratio =
      (static_cast<double>(length) + kTiny) / (static_cast<double>(reference_length) + kSmall);
  const double brevity = ratio < 1 ? std::exp(1 - 1 / ratio) : 1;
  std::array<double, kOrders> result{};
  double product = 1;
  for (std::size_t order = 0; order < kOrders; ++order) {
    product *= (static_cast<double>(correct[order]) + kTiny) /
               (static_cast<double>(possible[order]) + kSmall);
    result[order] = std::pow(product, 1 / static_cast<double>(order + 1)) * brevity;
  }
  return result;
}

std::vector<BleuStatistics> bleu_statistics(const Counted& counted) {
  std::vector<BleuStatistics> images;
  images.reserve(counted.hypotheses.size());
  for (std::size_t image = 0; image < counted.hypotheses.size(); ++image)
    images.push_back(statistics(counted.hypotheses[image], counted.references[image]));
  return images;
}

std::array<Score, 4> bleu(const std::vector<BleuStatistics>& images) {
  std::array<Score, kOrders> scores;
  BleuStatistics total;
  for (const BleuStatistics& image : images) {
    total.add(image);
    const auto values = image.scores();
    for (std::size_t order = 0; order < kOrders; ++order)
      scores[order].images.push_back(values[order]);
  }
  const auto values = total.scores();
  for (std::size_t order = 0; order < kOrders; ++order) scores[order].corpus = values[order];
  return scores;
}

}  // namespace limn::metrics
