#include "train/new_model.h"

#include <utility>

#include "core/check.h"
#include "train/epoch_captions.h"
#include "train/new_text.h"

namespace limn::train {
namespace {

Generator random_numbers(const Recipe& recipe, Stream stream) {
  return Generator(static_cast<std::uint64_t>(recipe.train.seed)).fork(stream);
}

std::int64_t features_read(const std::string& architecture, const FeatureSizes& sizes) {
  const bool regions = models::architecture_called(architecture).regions;
  const std::int64_t features = regions ? sizes.regions : sizes.global;
  require(features > 0, "recipe: model.architecture {} reads {}, and the features have none{}",
          architecture, regions ? "regions" : "global features, one vector a photo",
          regions ? "; make them again with `limn features --regions`"
                  : "; choose a model of regions, such as show_attend_tell");
  return features;
}

void check_length(const Recipe& recipe, const models::Captioner& captioner) {
  for (const auto& [key, length] :
       {std::pair("text", recipe.text.max_length), std::pair("search", recipe.search.max_length)}) {
    require(length <= captioner.longest(),
            "recipe: {}.max_length = {}, but {} can say captions of {} words at most; lower it, or "
            "raise model.positions",
            key, length, captioner.architecture(), captioner.longest());
  }
}

}  // namespace

FeatureSizes sizes_of(const encoders::Encoder& encoder) {
  return {.global = encoder.feature_size(), .regions = encoder.region_size()};
}

std::unique_ptr<encoders::Encoder> new_encoder(const Recipe& recipe) {
  require(!recipe.encoder.name.empty(),
          "recipe: neither data.features nor encoder.name is given; make features with `limn "
          "features`, or name the encoder that looks at the photos");
  Generator generator = random_numbers(recipe, kEncoderWeights);
  auto encoder = encoders::make_encoder({recipe.encoder.name, recipe.encoder.options}, generator);
  if (!recipe.encoder.weights.empty()) encoders::load_weights(*encoder, recipe.encoder.weights);
  return encoder;
}

models::PhotoCaptioner new_model(const Recipe& recipe, std::unique_ptr<encoders::Encoder> encoder,
                                 const FeatureSizes& sizes, const std::vector<Photo>& photos,
                                 std::unique_ptr<text::Tokenizer> tokenizer) {
  text::Vocabulary vocabulary = new_vocabulary(recipe.text, *tokenizer, photos);
  Generator generator = random_numbers(recipe, kWeights);
  const std::string& architecture = recipe.model.architecture;
  auto captioner = models::make_captioner(architecture, recipe.model.options,
                                          {.vocabulary = vocabulary.size(),
                                           .begin = vocabulary.begin(),
                                           .end = vocabulary.end(),
                                           .features = features_read(architecture, sizes)},
                                          generator);
  check_length(recipe, *captioner);
  return {std::move(encoder), std::move(captioner), std::move(vocabulary), std::move(tokenizer)};
}

}  // namespace limn::train
