// In how many images of a set each n-gram occurs.
#pragma once

#include <cstdint>
#include <vector>

#include "metrics/ngrams.h"

namespace limn::metrics {

class DocumentFrequency {
 public:
  /// Of the n-grams in [0, ngrams); what is added beyond them is passed over.
  explicit DocumentFrequency(std::int32_t ngrams)
      : frequencies_(static_cast<std::size_t>(ngrams), 0), last_image_(frequencies_.size(), -1) {}

  /// The captions of one more image.
  void add(const std::vector<Ngrams>& captions);

  std::int64_t images() const { return images_; }
  const std::vector<std::int32_t>& frequencies() const { return frequencies_; }

 private:
  std::int32_t images_ = 0;
  std::vector<std::int32_t> frequencies_;
  std::vector<std::int32_t> last_image_;  // that had the n-gram
};

/// Of images that are numbered already.
DocumentFrequency document_frequency(const std::vector<std::vector<Ngrams>>& images,
                                     std::int32_t ngrams);
/// Of further images, for the n-grams that have a number.
DocumentFrequency document_frequency(const std::vector<std::vector<Sentence>>& images,
                                     const NgramNumbers& numbers);

}  // namespace limn::metrics
