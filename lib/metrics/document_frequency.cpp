#include "metrics/document_frequency.h"

namespace limn::metrics {

void DocumentFrequency::add(const std::vector<Ngrams>& captions) {
  for (const Ngrams& caption : captions) {
    for (const std::int32_t ngram : caption.all()) {
      const auto i = static_cast<std::size_t>(ngram);
      if (i >= frequencies_.size()) continue;
      if (last_image_[i] != images_) ++frequencies_[i];
      last_image_[i] = images_;
    }
  }
  ++images_;
}

DocumentFrequency document_frequency(const std::vector<std::vector<Ngrams>>& images,
                                     std::int32_t ngrams) {
  DocumentFrequency result(ngrams);
  for (const auto& captions : images) result.add(captions);
  return result;
}

DocumentFrequency document_frequency(const std::vector<std::vector<Sentence>>& images,
                                     const NgramNumbers& numbers) {
  DocumentFrequency result(numbers.size());
  std::vector<Ngrams> captions;
  for (const auto& image : images) {
    captions.clear();
    for (const Sentence& caption : image) captions.push_back(numbers.find(caption));
    result.add(captions);
  }
  return result;
}

}  // namespace limn::metrics
