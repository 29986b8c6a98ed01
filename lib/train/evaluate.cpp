#include "limn/train/evaluate.h"

#include <cmath>
#include <set>

#include "core/check.h"
#include "limn/metrics/perplexity.h"

namespace limn::train {
namespace {

// Photos searched together.
constexpr std::int64_t kBatch = 50;

// Σ log P of the references' words, and their number.
struct Likelihood {
  double log_probability = 0;
  std::int64_t words = 0;
};

Likelihood likelihood_of(const models::PhotoCaptioner& model, const nn::Features& features,
                         const std::vector<std::int64_t>& items, const std::vector<Photo>& photos) {
  std::vector<std::string> captions;
  std::vector<std::int64_t> images;
  for (std::size_t i = 0; i < items.size(); ++i) {
    for (const std::string& caption : photos[static_cast<std::size_t>(items[i])].captions) {
      captions.push_back(caption);
      images.push_back(static_cast<std::int64_t>(i));
    }
  }
  Likelihood sum;
  for (const models::Caption& caption : model.score(features, captions, images)) {
    sum.log_probability += caption.log_probability;
    sum.words += std::ssize(caption.words);
  }
  return sum;
}

// A tokeniser for the metrics; null: the model's own, whose words are at hand.
std::unique_ptr<text::Tokenizer> word_tokenizer(const models::PhotoCaptioner& model) {
  return model.tokenizer().makes_words() ? nullptr : text::make_tokenizer("simple");
}

std::vector<std::string> spoken_words(const models::Caption& caption) {
  std::vector<std::string> words;
  for (const models::ScoredWord& word : caption.words) words.push_back(word.word);
  if (caption.finished) words.pop_back();
  return words;
}

metrics::Candidate candidate(const models::Caption& caption, const Photo& photo,
                             const text::Tokenizer* words) {
  if (words == nullptr) return {spoken_words(caption), photo.words};
  metrics::Candidate result{words->split(caption.text), {}};
  for (const std::string& reference : photo.captions)
    result.references.push_back(words->split(reference));
  return result;
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
  Likelihood sum;
  std::vector<metrics::Candidate> candidates;
  std::set<std::string> different;
  const auto words = word_tokenizer(model);
  const NoGradGuard guard;
  const auto batches = data::ordered_batches(std::ssize(photos), kBatch);
  source.start(batches);
  for (std::size_t i = 0; i < batches.size(); ++i) {
    const auto [features, items] = source.next({});
    if (!items.empty()) {
      const Likelihood part = likelihood_of(model, features, items, photos);
      sum.log_probability += part.log_probability;
      sum.words += part.words;
      const auto captions = model.caption(features, search);
      for (std::size_t k = 0; k < items.size(); ++k) {
        const models::Caption& caption = captions[k].front();
        candidates.push_back(
            candidate(caption, photos[static_cast<std::size_t>(items[k])], words.get()));
        different.insert(caption.text);
        result.items.push_back(items[k]);
        result.captions.push_back(caption);
      }
    }
    if (progress) progress(batches[i].back() + 1, std::ssize(photos));
  }
  require(!candidates.empty(), "evaluate: none of the {} photos could be read; the first: {}",
          photos.size(), source.failures().empty() ? "none was asked for" : source.failures()[0]);
  result.scores = metrics::score(candidates);
  result.perplexity = metrics::perplexity(sum.log_probability, sum.words);
  result.distinct = std::ssize(different);
  return result;
}

}  // namespace limn::train
