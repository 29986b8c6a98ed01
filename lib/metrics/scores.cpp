#include "limn/metrics/scores.h"

#include <numeric>

#include "core/check.h"
#include "metrics/counted.h"

namespace limn::metrics {

void check(const std::vector<Candidate>& candidates, const char* op) {
  require(!candidates.empty(), "{}: at least one candidate is needed; got none", op);
  for (std::size_t i = 0; i < candidates.size(); ++i)
    require(!candidates[i].references.empty(),
            "{}: every candidate needs a reference; candidate {} has none", op, i);
}

Counted count(const std::vector<Candidate>& candidates) {
  Counted counted;
  counted.hypotheses.reserve(candidates.size());
  counted.references.resize(candidates.size());
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    counted.hypotheses.push_back(counted.numbers.add(candidates[i].hypothesis));
    for (const Sentence& reference : candidates[i].references)
      counted.references[i].push_back(counted.numbers.add(reference));
  }
  return counted;
}

Score mean_score(std::vector<double> images) {
  const double sum = std::accumulate(images.begin(), images.end(), 0.0);
  return {sum / static_cast<double>(images.size()), std::move(images)};
}

Score cider(const Counted& counted, CiderKind kind,
            const std::vector<std::vector<Sentence>>& documents) {
  const Consensus consensus(counted.references,
                            documents.empty()
                                ? document_frequency(counted.references, counted.numbers.size())
                                : document_frequency(documents, counted.numbers));
  std::vector<double> images;
  images.reserve(counted.hypotheses.size());
  for (std::size_t i = 0; i < counted.hypotheses.size(); ++i)
    images.push_back(consensus.score(i, counted.hypotheses[i], kind));
  return mean_score(std::move(images));
}

std::array<Score, 4> bleu(const std::vector<Candidate>& candidates) {
  check(candidates, "bleu");
  return bleu(bleu_statistics(count(candidates)));
}

Score cider_d(const std::vector<Candidate>& candidates,
              const std::vector<std::vector<Sentence>>& documents) {
  check(candidates, "cider_d");
  return cider(count(candidates), CiderKind::d, documents);
}

Score cider(const std::vector<Candidate>& candidates) {
  check(candidates, "cider");
  return cider(count(candidates), CiderKind::plain);
}

Scores score(const std::vector<Candidate>& candidates,
             const std::vector<std::vector<Sentence>>& documents) {
  check(candidates, "score");
  const Counted counted = count(candidates);
  std::vector<BleuStatistics> images = bleu_statistics(counted);
  const auto bleus = bleu(images);
  return {bleus, rouge_l(candidates), cider(counted, CiderKind::d, documents), std::move(images)};
}

}  // namespace limn::metrics
