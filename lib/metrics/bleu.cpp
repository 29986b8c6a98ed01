#include <algorithm>
#include <cmath>

#include "metrics/counted.h"

namespace limn::metrics {
namespace {

constexpr double kTiny = 1e-15;
constexpr double kSmall = 1e-9;

struct Statistics {
  std::array<std::int64_t, kOrders> correct{};
  std::array<std::int64_t, kOrders> possible{};
  std::int64_t length = 0;
  std::int64_t reference_length = 0;

  void add(const Statistics& other) {
    for (std::size_t order = 0; order < kOrders; ++order) {
      correct[order] += other.correct[order];
      possible[order] += other.possible[order];
    }
    length += other.length;
    reference_length += other.reference_length;
  }
};

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

Statistics statistics(const Ngrams& hypothesis, const std::vector<Ngrams>& references) {
  Statistics result;
  for (std::size_t order = 0; order < kOrders; ++order) {
    result.correct[order] = correct(hypothesis, references, order);
    result.possible[order] = static_cast<std::int64_t>(hypothesis.order(order).size());
  }
  result.length = hypothesis.words();
  result.reference_length = closest_length(result.length, references);
  return result;
}

std::array<double, kOrders> bleu_of(const Statistics& s) {
  const double ratio =
      (static_cast<double>(s.length) + kTiny) / (static_cast<double>(s.reference_length) + kSmall);
  const double brevity = ratio < 1 ? std::exp(1 - 1 / ratio) : 1;
  std::array<double, kOrders> result{};
  double product = 1;
  for (std::size_t order = 0; order < kOrders; ++order) {
    product *= (static_cast<double>(s.correct[order]) + kTiny) /
               (static_cast<double>(s.possible[order]) + kSmall);
    result[order] = std::pow(product, 1 / static_cast<double>(order + 1)) * brevity;
  }
  return result;
}

}  // namespace

std::array<Score, 4> bleu(const Counted& counted) {
  std::array<Score, kOrders> scores;
  Statistics total;
  for (std::size_t image = 0; image < counted.hypotheses.size(); ++image) {
    const Statistics one = statistics(counted.hypotheses[image], counted.references[image]);
    total.add(one);
    const auto values = bleu_of(one);
    for (std::size_t order = 0; order < kOrders; ++order)
      scores[order].images.push_back(values[order]);
  }
  const auto values = bleu_of(total);
  for (std::size_t order = 0; order < kOrders; ++order) scores[order].corpus = values[order];
  return scores;
}

}  // namespace limn::metrics
