// The tokeniser and the vocabulary of a recipe.
#pragma once

#include <memory>
#include <vector>

#include "limn/text/tokenizer.h"
#include "limn/text/vocabulary.h"
#include "limn/train/photo.h"
#include "limn/train/recipe.h"

namespace limn::train {

/// "bpe" learns its merges from `training` unless the recipe names their file.
std::unique_ptr<text::Tokenizer> new_tokenizer(const Recipe::Text& options,
                                               const std::vector<data::CaptionedImage>& training);

/// The words of the training photos that the recipe keeps; of "bpe" all pieces, so that no word is
/// unknown.
text::Vocabulary new_vocabulary(const Recipe::Text& options, const text::Tokenizer& tokenizer,
                                const std::vector<Photo>& training);

}  // namespace limn::train
