// Evaluation by real decoding: search a caption for every photo and score it.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "limn/metrics/scores.h"
#include "limn/models/photo_ensemble.h"
#include "limn/train/feature_source.h"
#include "limn/train/photo.h"

namespace limn::train {

struct Evaluation {
  std::vector<std::int64_t> items;        ///< the photos that could be read
  std::vector<models::Caption> captions;  ///< of each of them, the best found
  metrics::Scores scores;
  /// exp of the mean −log P of the references' words, ends included.
  double perplexity = 0;
  std::int64_t distinct = 0;  ///< different captions among them
  /// "BLEU-1" … "BLEU-4", "ROUGE-L", "CIDEr-D", "perplexity".
  std::map<std::string, double> summary() const;
};

/// Called now and then with the number of photos done.
using Progress = std::function<void(std::int64_t done, std::int64_t total)>;

/// Captions all `photos` (item i of `source`), split as `split_captions` does with the model's
/// tokeniser, and scores them against their captions, both as the
/// model's tokeniser splits them, or, where that makes pieces of words, as "simple" does. Throws
/// InvalidArgument when none could be read.
Evaluation evaluate(const models::PhotoCaptioner& model, FeatureSource& source,
                    const std::vector<Photo>& photos, const decode::SearchOptions& search,
                    const Progress& progress = {});
/// The same of models together: item i of every source, one for each model, is photo i.
Evaluation evaluate(const models::PhotoEnsemble& models, const std::vector<FeatureSource*>& sources,
                    const std::vector<Photo>& photos, const decode::SearchOptions& search,
                    const Progress& progress = {});

}  // namespace limn::train
