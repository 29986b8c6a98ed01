// What a caption that the model said is worth.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "limn/metrics/cider_d.h"
#include "limn/models/photo_captioner.h"
#include "limn/train/photo.h"

namespace limn::train {

struct RewardWeights {
  double cider = 1;  ///< of CIDEr-D, in [0, 10]
  double bleu4 = 0;  ///< of the caption's own BLEU-4, in [0, 1]
};

/// reward = cider · CIDEr-D + bleu4 · BLEU-4 of a caption against what people said of the photo.
///
/// The end of a sentence is a word, of the references and of a caption that is finished, also where
/// documents are counted: without it captions learn to break off ("a man on a"). Words of the
/// references that the model does not know are its unknown word; that which a caption says itself
/// matches nothing, since no search will ever say it (in ruotianluo's code it matches). Document
/// frequencies are those of the photos' own references. Where the tokeniser makes pieces of words,
/// captions are split anew by `metric_tokenizer`.
class Reward {
 public:
  /// `photos` may go, `model` must stay. Throws InvalidArgument for weights that are negative or
  /// both 0, a photo without references, fewer than two photos (no n-gram then tells photos apart,
  /// and CIDEr-D is 0), and a vocabulary that knows no word of the references.
  Reward(const std::vector<Photo>& photos, const models::PhotoCaptioner& model,
         const RewardWeights& weights);

  /// Of word ids without begin and end. Throws InvalidArgument for a photo out of range.
  double operator()(std::int64_t photo, std::span<const std::int32_t> words, bool finished) const;

 private:
  using Words = std::vector<std::string>;

  std::vector<std::vector<Words>> references(const std::vector<Photo>& photos) const;
  Words known_words(const Words& words) const;
  Words said(std::span<const std::int32_t> words, bool finished) const;

  const models::PhotoCaptioner* model_;
  RewardWeights weights_;
  std::unique_ptr<text::Tokenizer> metric_;  // null: the model's own words are at hand
  std::string end_;
  std::vector<std::vector<Words>> references_;  // kept for BLEU only
  std::optional<metrics::CiderD> cider_;
};

}  // namespace limn::train
