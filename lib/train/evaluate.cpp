#include "limn/train/evaluate.h"

#include <set>

#include "core/check.h"
#include "limn/train/likelihood.h"

namespace limn::train {
namespace {

// Photos searched together.
constexpr std::int64_t kBatch = 50;

std::vector<std::string> spoken_words(const models::Caption& caption) {
  std::vector<std::string> words;
  for (const models::ScoredWord& word : caption.words) words.push_back(word.word);
  if (caption.finished) words.pop_back();
  return words;
}

// `words` splits for metrics; null: the model's own words are at hand.
metrics::Candidate candidate(const models::Caption& caption, const Photo& photo,
                             const text::Tokenizer* words) {
  if (words == nullptr) return {spoken_words(caption), photo.words};
  return {words->split(caption.text), photo.references};
}

std::int64_t distinct(const std::vector<models::Caption>& captions) {
  std::set<std::string> texts;
  for (const models::Caption& caption : captions) texts.insert(caption.text);
  return std::ssize(texts);
}

}  // namespace

std::map<std::string, double> Evaluation::summary() const {
  std::map<std::string, double> values;
  for (std::size_t n = 0; n < 4; ++n)
    values["BLEU-" + std::to_string(n + 1)] = scores.bleu[n].corpus;
  values["ROUGE-L"] = scores.rouge_l.corpus;
  values["CIDEr-D"] = scores.cider_d.corpus;
  values["perplexity"] = perplexity;
  return values;
}

Evaluation evaluate(const models::PhotoCaptioner& model, FeatureSource& source,
                    const std::vector<Photo>& photos, const decode::SearchOptions& search,
                    const Progress& progress) {
  return evaluate(models::PhotoEnsemble::of(model), {&source}, photos, search, progress);
}

Evaluation evaluate(const models::PhotoEnsemble& models, const std::vector<FeatureSource*>& sources,
                    const std::vector<Photo>& photos, const decode::SearchOptions& search,
                    const Progress& progress) {
  require(sources.size() == models.size(),
          "evaluate: every model needs its source of features; got {} for {} models",
          sources.size(), models.size());
  Evaluation result;
  TotalLikelihood total;
  std::vector<metrics::Candidate> candidates;
  const auto words = metric_tokenizer(models.first().tokenizer());
  const NoGradGuard guard;
  const auto batches = data::ordered_batches(std::ssize(photos), kBatch);
  for (FeatureSource* source : sources) source->start(batches);
  for (const auto& items : batches) {
    const JointBatch batch = next_of(sources);
    if (!batch.items.empty()) {
      add_likelihood(models, batch, photos, total);
      auto captions = models.caption(batch.features, search);
      for (std::size_t k = 0; k < batch.items.size(); ++k) {
        const Photo& photo = photos[static_cast<std::size_t>(batch.items[k])];
        result.items.push_back(batch.items[k]);
        result.captions.push_back(std::move(captions[k].front()));
        candidates.push_back(candidate(result.captions.back(), photo, words.get()));
      }
    }
    if (progress) progress(items.back() + 1, std::ssize(photos));
  }
  require(!candidates.empty(), "evaluate: none of the {} photos could be read; the first: {}",
          photos.size(),
          sources[0]->failures().empty() ? "none was asked for" : sources[0]->failures()[0]);
  result.scores = metrics::score(candidates);
  result.perplexity = total.perplexity();
  result.distinct = distinct(result.captions);
  return result;
}

}  // namespace limn::train
