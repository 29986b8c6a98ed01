#include "metrics/consensus.h"

#include <algorithm>
#include <cmath>

namespace limn::metrics {
namespace {

constexpr double kSigma = 6;

}  // namespace

Consensus::Consensus(const std::vector<std::vector<Ngrams>>& references,
                     const DocumentFrequency& documents)
    : references_(references), unseen_(std::log(static_cast<double>(documents.images()))) {
  weights_.reserve(documents.frequencies().size());
  for (const std::int32_t frequency : documents.frequencies())
    weights_.push_back(unseen_ - std::log(std::max(1, frequency)));
  norms_.reserve(references.size());
  for (const auto& image : references) {
    auto& norms = norms_.emplace_back();
    for (const Ngrams& reference : image) norms.push_back(norms_of(reference));
  }
}

Consensus::Norms Consensus::norms_of(const Ngrams& sentence) const {
  Norms norms{};
  for (std::size_t order = 0; order < kOrders; ++order) {
    for_each_count(sentence.order(order), [&](std::int32_t ngram, std::int64_t count) {
      norms[order] += std::pow(static_cast<double>(count) * weight(ngram), 2);
    });
    norms[order] = std::sqrt(norms[order]);
  }
  return norms;
}

// Sum over orders.
double Consensus::similarity(const Ngrams& hypothesis, const Norms& norms, const Ngrams& reference,
                             const Norms& reference_norms, CiderKind kind) const {
  double result = 0;
  for (std::size_t order = 0; order < kOrders; ++order) {
    const double product = norms[order] * reference_norms[order];
    if (product == 0) continue;
    double sum = 0;
    for_each_count(hypothesis.order(order), [&](std::int32_t ngram, std::int64_t count) {
      const std::int64_t theirs = count_of(ngram, reference.order(order));
      const std::int64_t ours = kind == CiderKind::d ? std::min(count, theirs) : count;
      sum += static_cast<double>(ours * theirs) * std::pow(weight(ngram), 2);
    });
    result += sum / product;
  }
  if (kind == CiderKind::plain) return result;
  const auto difference = static_cast<double>(hypothesis.words() - reference.words());
  return result * std::exp(-difference * difference / (2 * kSigma * kSigma));
}

std::vector<double> Consensus::kernel(const std::vector<Ngrams>& captions) const {
  std::vector<Norms> norms;
  for (const Ngrams& caption : captions) norms.push_back(norms_of(caption));
  std::vector<double> result;
  for (std::size_t i = 0; i < captions.size(); ++i) {
    for (std::size_t j = 0; j < captions.size(); ++j)
      result.push_back(similarity(captions[i], norms[i], captions[j], norms[j], CiderKind::plain) /
                       kOrders);
  }
  return result;
}

double Consensus::score(std::size_t image, const Ngrams& hypothesis, CiderKind kind) const {
  const Norms norms = norms_of(hypothesis);
  const auto& references = references_[image];
  double sum = 0;
  for (std::size_t i = 0; i < references.size(); ++i)
    sum += similarity(hypothesis, norms, references[i], norms_[image][i], kind);
  return 10 * sum / static_cast<double>(kOrders * references.size());
}

}  // namespace limn::metrics
