#include "limn/train/likelihood.h"

#include "limn/metrics/perplexity.h"

namespace limn::train {

void TotalLikelihood::add(const models::Caption& caption) {
  ++captions;
  words += std::ssize(caption.words);
  log_probability += caption.log_probability;
}

double TotalLikelihood::perplexity() const { return metrics::perplexity(log_probability, words); }

void add_likelihood(const models::PhotoCaptioner& model, const SourceBatch& batch,
                    const std::vector<Photo>& photos, TotalLikelihood& total) {
  add_likelihood(models::PhotoEnsemble::of(model), {{batch.features}, batch.items}, photos, total);
}

void add_likelihood(const models::PhotoEnsemble& models, const JointBatch& batch,
                    const std::vector<Photo>& photos, TotalLikelihood& total) {
  std::vector<std::vector<std::string>> captions;
  std::vector<std::int64_t> images;
  for (std::size_t i = 0; i < batch.items.size(); ++i) {
    for (const auto& words : photos[static_cast<std::size_t>(batch.items[i])].words) {
      captions.push_back(words);
      images.push_back(static_cast<std::int64_t>(i));
    }
  }
  for (const models::Caption& caption : models.score_words(batch.features, captions, images))
    total.add(caption);
  total.photos += std::ssize(batch.items);
}

}  // namespace limn::train
