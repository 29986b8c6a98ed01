#include <cmath>

#include "core/check.h"
#include "kernels/eigenvalues.h"
#include "limn/metrics/diversity.h"
#include "metrics/counted.h"

namespace limn::metrics {
namespace {

void check(const std::vector<CaptionSample>& samples,
           const std::vector<CaptionSample>& references) {
  require(!samples.empty(), "self_cider: captions of at least one image are needed; got none");
  require(!references.empty(), "self_cider: references of at least one image are needed; got none");
  for (std::size_t i = 0; i < samples.size(); ++i)
    require(samples[i].size() >= 2, "self_cider: every image needs two captions; image {} has {}",
            i, samples[i].size());
}

// −ln(√λ_max / Σ √λ) / ln n
double spread(const std::vector<double>& kernel, std::size_t n) {
  std::vector<double> eigenvalues(n);
  kernels::symmetric_eigenvalues(static_cast<std::int64_t>(n), kernel.data(), eigenvalues.data());
  double sum = 0;
  for (const double value : eigenvalues) sum += std::sqrt(std::max(0.0, value));
  if (sum == 0) return 0;
  return -std::log(std::sqrt(eigenvalues.back()) / sum) / std::log(static_cast<double>(n));
}

}  // namespace

Score self_cider(const std::vector<CaptionSample>& samples,
                 const std::vector<CaptionSample>& references) {
  check(samples, references);
  NgramNumbers numbers;
  std::vector<std::vector<Ngrams>> counted(samples.size());
  for (std::size_t i = 0; i < samples.size(); ++i)
    for (const auto& caption : samples[i]) counted[i].push_back(numbers.add(caption));
  const std::vector<std::vector<Ngrams>> nothing_to_compare_with;
  const Consensus consensus(nothing_to_compare_with, document_frequency(references, numbers));
  std::vector<double> images;
  for (const auto& captions : counted)
    images.push_back(spread(consensus.kernel(captions), captions.size()));
  return mean_score(std::move(images));
}

}  // namespace limn::metrics
