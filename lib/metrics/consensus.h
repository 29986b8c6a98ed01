// CIDEr and CIDEr-D on numbers.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "metrics/document_frequency.h"
#include "metrics/ngrams.h"

namespace limn::metrics {

/// The paper's CIDEr, or its variant D: clipped counts, and less for another length.
enum class CiderKind { plain, d };

/// What CIDEr knows of the references: the weight of every n-gram, and the norms. The references
/// must outlive it.
class Consensus {
 public:
  /// N-grams that `documents` does not know occur in none of them.
  Consensus(const std::vector<std::vector<Ngrams>>& references, const DocumentFrequency& documents);

  double score(std::size_t image, const Ngrams& hypothesis, CiderKind kind = CiderKind::d) const;
  /// The plain CIDEr of each caption against each, over 10: [n, n], in [0, 1].
  std::vector<double> kernel(const std::vector<Ngrams>& captions) const;

 private:
  using Norms = std::array<double, kOrders>;

  double weight(std::int32_t ngram) const {
    const auto i = static_cast<std::size_t>(ngram);
    return i < weights_.size() ? weights_[i] : unseen_;
  }
  Norms norms_of(const Ngrams& sentence) const;
  double similarity(const Ngrams& hypothesis, const Norms& norms, const Ngrams& reference,
                    const Norms& reference_norms, CiderKind kind) const;

  const std::vector<std::vector<Ngrams>>& references_;
  double unseen_;                // ln N
  std::vector<double> weights_;  // ln N − ln max(1, images with the n-gram)
  std::vector<std::vector<Norms>> norms_;
};

}  // namespace limn::metrics
