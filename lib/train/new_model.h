// The untrained model that a recipe describes.
#pragma once

#include <memory>
#include <vector>

#include "limn/models/photo_captioner.h"
#include "limn/train/photo.h"
#include "limn/train/recipe.h"

namespace limn::train {

/// The recipe's encoder, with its weights file or random. Throws InvalidArgument when the recipe
/// names none.
std::unique_ptr<encoders::Encoder> new_encoder(const Recipe& recipe);

/// A captioner with random weights for `features` numbers a photo (or region) and the words of
/// `photos`; `encoder` may be null.
models::PhotoCaptioner new_model(const Recipe& recipe, std::unique_ptr<encoders::Encoder> encoder,
                                 std::int64_t features, const std::vector<Photo>& photos,
                                 std::unique_ptr<text::Tokenizer> tokenizer);

}  // namespace limn::train
