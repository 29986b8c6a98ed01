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
  Evaluation result;
  TotalLikelihood total;
  std::vector<metrics::Candidate> candidates;
  std::set<std::string> different;
  const auto words = metric_tokenizer(model.tokenizer());
  const NoGradGuard guard;
  const auto batches = data::ordered_batches(std::ssize(photos), kBatch);
  source.start(batches);
  for (std::size_t i = 0; i < batches.size(); ++i) {
    const SourceBatch batch = source.next({});
    if (!batch.items.empty()) {
      add_likelihood(model, batch, photos, total);
      const auto captions = model.caption(batch.features, search);
      for (std::size_t k = 0; k < batch.items.size(); ++k) {
        const models::Caption& caption = captions[k].front();
        candidates.push_back(
            candidate(caption, photos[static_cast<std::size_t>(batch.items[k])], words.get()));
        different.insert(caption.text);
        result.items.push_back(batch.items[k]);
        result.captions.push_back(caption);
      }
    }
    if (progress) progress(batches[i].back() + 1, std::ssize(photos));
  }
  require(!candidates.empty(), "evaluate: none of the {} photos could be read; the first: {}",
          photos.size(), source.failures().empty() ? "none was asked for" : source.failures()[0]);
  result.scores = metrics::score(candidates);
  result.perplexity = total.perplexity();
  result.distinct = std::ssize(different);
  return result;
}

}  // namespace limn::train
