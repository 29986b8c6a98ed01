// Several whole captioners that caption photos as one.
#pragma once

#include <filesystem>
#include <span>
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
  /// Throws InvalidArgument when there is no model or the words or tokenisers differ.
  explicit PhotoEnsemble(std::vector<PhotoCaptioner> models,
                         decode::Averaging averaging = decode::Averaging::probabilities);

  /// Throws IoError as `PhotoCaptioner::load` does, and for a file whose words are not those of the
  /// first.
  static PhotoEnsemble load(std::span<const std::string> paths,
                            decode::Averaging averaging = decode::Averaging::probabilities);

  const std::vector<PhotoCaptioner>& models() const { return models_; }
  const PhotoCaptioner& first() const { return models_.front(); }

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

 private:
  decode::Ensemble over(std::span<const nn::Features> features) const;

  std::vector<PhotoCaptioner> models_;
  decode::Averaging averaging_;
};

}  // namespace limn::models
