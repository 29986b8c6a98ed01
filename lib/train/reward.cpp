#include "limn/train/reward.h"

#include <algorithm>
#include <cmath>

#include "core/check.h"
#include "limn/metrics/scores.h"

namespace limn::train {
namespace {

void check(const RewardWeights& weights) {
  const auto allowed = [](double weight) { return weight >= 0 && std::isfinite(weight); };
  require(allowed(weights.cider) && allowed(weights.bleu4) && weights.cider + weights.bleu4 > 0,
          "reward: the weights of CIDEr-D and BLEU-4 must be at least 0 and one of them above; got "
          "{} and {}",
          weights.cider, weights.bleu4);
}

void check(const std::vector<Photo>& photos, bool pieces) {
  for (std::size_t i = 0; i < photos.size(); ++i) {
    require(!(pieces ? photos[i].references : photos[i].words).empty(),
            "reward: every photo needs a caption to compare with; photo {}, {}, has none", i,
            photos[i].name);
  }
}

void check_known(const std::vector<Photo>& photos, const text::Vocabulary& vocabulary) {
  const auto known = [&](const std::string& word) {
    return vocabulary.id(word) != vocabulary.unknown();
  };
  for (const Photo& photo : photos) {
    for (const auto& caption : photo.words)
      if (std::any_of(caption.begin(), caption.end(), known)) return;
  }
  throw InvalidArgument(
      fmt::format("reward: no word of the captions of {} photos is among the {} of the vocabulary; "
                  "a lower text.min_count keeps more",
                  photos.size(), vocabulary.size()));
}

}  // namespace

Reward::Reward(const std::vector<Photo>& photos, const models::PhotoCaptioner& model,
               const RewardWeights& weights)
    : model_(&model),
      weights_(weights),
      metric_(metric_tokenizer(model.tokenizer())),
      end_(model.vocabulary().word(model.vocabulary().end())) {
  check(weights);
  check(photos, metric_ != nullptr);
  if (metric_ == nullptr) check_known(photos, model.vocabulary());
  auto all = references(photos);
  if (weights.cider > 0) {
    require(photos.size() > 1,
            "reward: CIDEr-D needs at least two photos, by which it weighs n-grams; got {}",
            photos.size());
    cider_.emplace(all);
  }
  if (weights.bleu4 > 0) references_ = std::move(all);
}

std::vector<std::vector<Reward::Words>> Reward::references(const std::vector<Photo>& photos) const {
  std::vector<std::vector<Words>> all;
  for (const Photo& photo : photos) {
    auto& of_photo = all.emplace_back();
    for (const Words& words : metric_ == nullptr ? photo.words : photo.references) {
      of_photo.push_back(metric_ == nullptr ? known_words(words) : words);
      of_photo.back().push_back(end_);
    }
  }
  return all;
}

Reward::Words Reward::known_words(const Words& words) const {
  return model_->vocabulary().decode(model_->vocabulary().encode(words));
}

Reward::Words Reward::said(std::span<const std::int32_t> words, bool finished) const {
  const text::Vocabulary& vocabulary = model_->vocabulary();
  Words result;
  for (const std::int32_t id : words) {
    // An unknown word with an end is in no reference.
    const bool nothing = metric_ == nullptr && id == vocabulary.unknown();
    result.push_back(nothing ? vocabulary.word(id) + end_ : vocabulary.word(id));
  }
  if (metric_ != nullptr) result = metric_->split(model_->tokenizer().join(result));
  if (finished) result.push_back(end_);
  return result;
}

double Reward::operator()(std::int64_t photo, std::span<const std::int32_t> words,
                          bool finished) const {
  const Words caption = said(words, finished);
  double reward = 0;
  if (cider_) reward += weights_.cider * cider_->score(photo, caption);
  if (weights_.bleu4 > 0) {
    require(photo >= 0 && photo < std::ssize(references_),
            "reward: photo must be in [0, {}); got {}", references_.size(), photo);
    const auto bleu = metrics::bleu({{caption, references_[static_cast<std::size_t>(photo)]}});
    reward += weights_.bleu4 * bleu[3].images.front();
  }
  return reward;
}

}  // namespace limn::train
