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

/// How many numbers there are for a photo and for each of its regions; 0: there are none.
struct FeatureSizes {
  std::int64_t global = 0;
  std::int64_t regions = 0;
};
FeatureSizes sizes_of(const encoders::Encoder& encoder);

/// A captioner with random weights for features of these sizes and the words of `photos`; `encoder`
/// may be null. Throws InvalidArgument when the recipe's architecture reads features that there are
/// not.
models::PhotoCaptioner new_model(const Recipe& recipe, std::unique_ptr<encoders::Encoder> encoder,
                                 const FeatureSizes& sizes, const std::vector<Photo>& photos,
                                 std::unique_ptr<text::Tokenizer> tokenizer);

}  // namespace limn::train
