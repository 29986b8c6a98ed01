// A whole captioner in one file: photo in, caption out.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "limn/decode/search.h"
#include "limn/encoders/encoder.h"
#include "limn/models/captioner.h"
#include "limn/text/tokenizer.h"
#include "limn/text/vocabulary.h"

namespace limn::models {

/// A word and log P(word | words before, I), in nats.
struct ScoredWord {
  std::string word;
  double log_probability = 0;
};

struct Caption {
  std::string text;
  /// The words; the end is the last one ("</s>") when the caption is finished.
  std::vector<ScoredWord> words;
  double log_probability = 0;  ///< log P(S | I)
  bool finished = false;
  /// Weights of the photo's regions for each of `words` [words.size(), R]; undefined unless the
  /// search kept them.
  Tensor attention = {};
};

/// Everything that a model file holds: encoder, captioner, words, tokeniser and scores.
class PhotoCaptioner {
 public:
  PhotoCaptioner(std::unique_ptr<encoders::Encoder> encoder, std::unique_ptr<Captioner> captioner,
                 text::Vocabulary vocabulary, std::unique_ptr<text::Tokenizer> tokenizer);
  PhotoCaptioner(PhotoCaptioner&&) = default;
  PhotoCaptioner& operator=(PhotoCaptioner&&) = default;

  /// Throws IoError when the file is missing, damaged, or no model of this version.
  static PhotoCaptioner load(const std::filesystem::path& path);
  /// Atomically.
  void save(const std::filesystem::path& path) const;

  /// Features of photos (uint8 [H, W, 3], any sizes). Throws InvalidArgument when the model was
  /// trained on features of an encoder that the file does not hold.
  nn::Features look(std::span<const Tensor> photos) const;
  /// The best captions of each photo.
  std::vector<std::vector<Caption>> caption(std::span<const Tensor> photos,
                                            const decode::SearchOptions& options = {}) const;
  /// The same from features.
  std::vector<std::vector<Caption>> caption(const nn::Features& features,
                                            const decode::SearchOptions& options = {}) const;
  /// log P(S | I) of given captions: row i describes image `images[i]` of the features.
  std::vector<Caption> score(const nn::Features& features, std::span<const std::string> captions,
                             std::span<const std::int64_t> images) const;
  /// The same of captions that are split already, as `tokenizer()` does.
  std::vector<Caption> score_words(const nn::Features& features,
                                   std::span<const std::vector<std::string>> captions,
                                   std::span<const std::int64_t> images) const;
  /// A search result in words.
  Caption describe(const decode::Hypothesis& hypothesis) const;
  /// Those of each photo.
  std::vector<std::vector<Caption>> describe(
      const std::vector<std::vector<decode::Hypothesis>>& found) const;
  /// The special words that no caption may hold: for searches other than `caption`'s.
  std::vector<std::int32_t> never_said() const;
  /// The ids of a text in the middle of a caption. With "bpe" they differ from those at its
  /// beginning, where the first word has no blank before it. unknown() for words that the
  /// vocabulary lacks.
  std::vector<std::int32_t> ids_within(const std::string& text) const;
  /// `metrics::bad_endings` as far as they are words of the vocabulary: for `decode::Rules`.
  std::vector<std::int32_t> bad_endings() const;

  bool has_encoder() const { return encoder_ != nullptr; }
  const encoders::Encoder& encoder() const { return *encoder_; }
  encoders::Encoder& encoder() { return *encoder_; }
  const Captioner& captioner() const { return *captioner_; }
  Captioner& captioner() { return *captioner_; }
  const text::Vocabulary& vocabulary() const { return vocabulary_; }
  const text::Tokenizer& tokenizer() const { return *tokenizer_; }
  std::map<std::string, double> scores;  ///< of the split it was chosen on, such as "CIDEr-D"

 private:
  std::string description() const;

  std::unique_ptr<encoders::Encoder> encoder_;
  std::unique_ptr<Captioner> captioner_;
  text::Vocabulary vocabulary_;
  std::unique_ptr<text::Tokenizer> tokenizer_;
};

}  // namespace limn::models
