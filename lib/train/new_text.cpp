#include "train/new_text.h"

#include "core/check.h"
#include "limn/text/byte_pair.h"

namespace limn::train {
namespace {

text::VocabularyOptions vocabulary_options(const Recipe::Text& options) {
  return {.min_count = options.min_count,
          .max_size = options.max_size,
          .special = {.end = options.end, .begin = options.begin, .unknown = options.unknown},
          .order = options.order};
}

text::Vocabulary vocabulary_of_pieces(const Recipe::Text& options,
                                      const text::BytePairTokenizer& tokenizer) {
  text::VocabularyOptions all = vocabulary_options(options);
  if (!options.pieces.empty())
    return text::Vocabulary::from_words(read_pieces(options.pieces, tokenizer), all.special);
  all.min_count = 1;
  all.max_size = 0;
  return text::Vocabulary::build(std::span(&tokenizer.pieces(), 1), all);
}

}  // namespace

std::unique_ptr<text::Tokenizer> new_tokenizer(const Recipe::Text& options,
                                               const std::vector<data::CaptionedImage>& training) {
  const bool pieces = options.tokenizer == "bpe";
  require(pieces || (options.merges.empty() && options.pieces.empty()),
          "recipe: text.merges and text.pieces are of the tokenizer bpe; text.tokenizer is {}",
          options.tokenizer);
  require(options.pieces.empty() || !options.merges.empty(),
          "recipe: text.pieces needs text.merges, the other file of the same model");
  if (!pieces) return text::make_tokenizer(options.tokenizer);
  if (!options.merges.empty())
    return std::make_unique<text::BytePairTokenizer>(text::BytePairTokenizer::read(options.merges));
  std::vector<std::string> captions;
  for (const data::CaptionedImage& image : training)
    captions.insert(captions.end(), image.captions.begin(), image.captions.end());
  return std::make_unique<text::BytePairTokenizer>(
      text::BytePairTokenizer::learn(captions, {.merges = options.learn_merges}));
}

text::Vocabulary new_vocabulary(const Recipe::Text& options, const text::Tokenizer& tokenizer,
                                const std::vector<Photo>& training) {
  if (const auto* bpe = dynamic_cast<const text::BytePairTokenizer*>(&tokenizer))
    return vocabulary_of_pieces(options, *bpe);
  require(
      options.unknown != options.end,
      "recipe: text.unknown and text.end are both \"{}\"; with the tokenizer {} every rare word "
      "would end its caption",
      options.end, options.tokenizer);
  std::vector<std::vector<std::string>> captions;
  for (const Photo& photo : training)
    captions.insert(captions.end(), photo.words.begin(), photo.words.end());
  return text::Vocabulary::build(captions, vocabulary_options(options));
}

}  // namespace limn::train
