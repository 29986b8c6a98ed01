// What a model thinks of the captions that photos have.
#pragma once

#include <cstdint>
#include <vector>

#include "limn/models/photo_ensemble.h"
#include "limn/train/feature_source.h"
#include "limn/train/photo.h"

namespace limn::train {

/// Σ log P(S | I) over captions, in nats.
struct TotalLikelihood {
  std::int64_t photos = 0;
  std::int64_t captions = 0;
  std::int64_t words = 0;  ///< ends included
  double log_probability = 0;

  void add(const models::Caption& caption);
  /// See metrics::perplexity.
  double perplexity() const;
};

/// Adds the captions of the photos of a batch to `total`; item i is `photos[i]`, its captions are
/// split as the model's tokeniser does. Throws InvalidArgument when the features do not fit the
/// model.
void add_likelihood(const models::PhotoCaptioner& model, const SourceBatch& batch,
                    const std::vector<Photo>& photos, TotalLikelihood& total);
/// The same of models together.
void add_likelihood(const models::PhotoEnsemble& models, const JointBatch& batch,
                    const std::vector<Photo>& photos, TotalLikelihood& total);

}  // namespace limn::train
