// Several whole captioners that caption photos as one.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "limn/decode/ensemble.h"
#include "limn/decode/sample.h"
#include "limn/decode/sample_distinct.h"
#include "limn/models/photo_captioner.h"

namespace limn::models {

/// Models with the same words and tokeniser, each with the encoder that it was trained with. With
/// one model it is that model.
class PhotoEnsemble {
 public:
  /// `weights`: how much each model counts, above 0; empty: all the same. Throws InvalidArgument
  /// when there is no model, for other weights, and when the words or tokenisers differ.
  explicit PhotoEnsemble(std::vector<PhotoCaptioner> models,
                         decode::Averaging averaging = decode::Averaging::probabilities,
                         std::vector<double> weights = {});
  /// `model` alone, which must outlive the ensemble.
  static PhotoEnsemble of(const PhotoCaptioner& model);
  /// Throws IoError as `PhotoCaptioner::load` does, and for a file whose words are not those of the
  /// first.
  static PhotoEnsemble load(std::span<const std::string> paths,
                            decode::Averaging averaging = decode::Averaging::probabilities,
                            std::vector<double> weights = {});

  std::size_t size() const { return models_.size(); }
  const PhotoCaptioner& model(std::size_t k) const { return *models_.at(k); }
  const PhotoCaptioner& first() const { return *models_.front(); }

  /// The best captions of each photo; features[k] are what model k sees of the photos. Special
  /// words that no caption may hold are forbidden.
  std::vector<std::vector<Caption>> caption(std::span<const nn::Features> features,
                                            const decode::SearchOptions& options = {}) const;
  /// Captions drawn from the average; the same words are forbidden.
  std::vector<std::vector<Caption>> sample(std::span<const nn::Features> features,
                                           Generator& generator,
                                           const decode::SampleOptions& options = {}) const;
  /// No two of a photo the same.
  std::vector<std::vector<Caption>> sample_distinct(
      std::span<const nn::Features> features, Generator& generator,
      const decode::DistinctOptions& options = {}) const;
  /// log P(S | I) of captions that the first model's tokeniser has split: caption i describes image
  /// `images[i]`.
  std::vector<Caption> score_words(std::span<const nn::Features> features,
                                   std::span<const std::vector<std::string>> captions,
                                   std::span<const std::int64_t> images) const;

 private:
  using Members = std::vector<std::shared_ptr<const PhotoCaptioner>>;
  PhotoEnsemble(Members models, decode::Averaging averaging, std::vector<double> weights);
  decode::Ensemble over(std::span<const nn::Features> features) const;

  Members models_;
  decode::Averaging averaging_;
  std::vector<double> weights_;  // of each model
};

}  // namespace limn::models
