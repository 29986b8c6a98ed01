// A set of captions as numbers, counted once for all metrics that need n-grams.
#pragma once

#include <string>
#include <vector>

#include "limn/metrics/scores.h"
#include "metrics/consensus.h"
#include "metrics/ngrams.h"

namespace limn::metrics {

struct Counted {
  NgramNumbers numbers;
  std::vector<Ngrams> hypotheses;
  std::vector<std::vector<Ngrams>> references;  ///< of each image
};

/// Throws InvalidArgument, beginning with `op`, unless there are candidates with a reference each.
void check(const std::vector<Candidate>& candidates, const char* op);

Counted count(const std::vector<Candidate>& candidates);

std::vector<BleuStatistics> bleu_statistics(const Counted& counted);
std::array<Score, 4> bleu(const std::vector<BleuStatistics>& images);
/// By the document frequency of the references, or of `documents` if there are any.
Score cider(const Counted& counted, CiderKind kind,
            const std::vector<std::vector<Sentence>>& documents = {});

/// With the mean of `images` as the corpus value.
Score mean_score(std::vector<double> images);

}  // namespace limn::metrics
