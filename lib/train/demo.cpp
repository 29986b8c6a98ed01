#include "limn/train/demo.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/check.h"
#include "train/new_model.h"

namespace limn::train {
namespace {

// How many of the training pictures are kept aside to choose the best epoch.
std::size_t dev_pictures(std::size_t pictures) {
  return std::clamp<std::size_t>(pictures / 10, 1, 200);
}

Recipe demo_recipe(const DemoOptions& options) {
  const auto text = [](std::int64_t value) { return std::to_string(value); };
  return make_recipe({{"model.architecture", "nic"},
                      {"model.image_as", "each"},
                      {"model.embedding", "256"},
                      {"model.hidden", "256"},
                      {"model.dropout_input", "0"},
                      {"model.dropout_output", fmt::format("{}", options.dropout)},
                      {"model.init", "0"},
                      {"model.image_bias", "true"},
                      {"encoder.name", "small_cnn"},
                      {"encoder.side", text(options.shapes.side)},
                      {"text.min_count", "1"},
                      {"train.out", options.out},
                      {"train.epochs", text(options.epochs == 0 ? 6 : options.epochs)},
                      {"train.batch", "32"},
                      {"train.learning_rate", "0.001"},
                      {"train.clip_norm", "5"},
                      {"train.patience", "0"},
                      {"train.seed", text(static_cast<std::int64_t>(options.seed))},
                      {"schedule.name", "cosine"}},
                     "demo");
}

std::vector<data::CaptionedImage> captioned(std::span<const data::ShapesPicture> pictures,
                                            const std::string& name) {
  std::vector<data::CaptionedImage> images;
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    images.push_back({.file = fmt::format("{}_{:04}.png", name, i),
                      .id = {},
                      .captions = pictures[i].captions,
                      .split = {}});
  }
  return images;
}

// One caption a picture, the one that goes from left to right or from top to bottom: what to say
// first is then no matter of chance.
void keep_first_captions(std::vector<Photo>& photos) {
  for (Photo& photo : photos) {
    photo.captions.resize(1);
    photo.words.resize(1);
  }
}

std::vector<Tensor> tensors_of(std::span<const data::ShapesPicture> pictures) {
  std::vector<Tensor> tensors;
  for (const data::ShapesPicture& picture : pictures) tensors.push_back(picture.picture);
  return tensors;
}

std::unique_ptr<FeatureSource> source_of(const encoders::Encoder& encoder,
                                         std::vector<Tensor> pictures) {
  return features_from_pictures(encoder, [pictures = std::move(pictures)](std::int64_t item) {
    return pictures.at(static_cast<std::size_t>(item));
  });
}

}  // namespace

Demo make_demo(const DemoOptions& options) {
  const Recipe recipe = demo_recipe(options);
  const data::ShapesSet set = data::make_shapes(options.shapes);
  const std::span<const data::ShapesPicture> seen(set.train);
  require(seen.size() >= 2, "make_demo: needs 2 training pictures or more; got {}", seen.size());
  const std::size_t aside = dev_pictures(seen.size());
  const auto train = seen.first(seen.size() - aside), dev = seen.last(aside);

  std::vector<std::string> warnings;
  auto tokenizer = text::make_tokenizer(recipe.text.tokenizer);
  std::vector<Photo> train_photos = split_captions(captioned(train, "train"), *tokenizer, warnings);
  keep_first_captions(train_photos);
  std::vector<Photo> dev_photos = split_captions(captioned(dev, "dev"), *tokenizer, warnings);
  std::vector<Photo> test_photos =
      split_captions(captioned(set.test, "test"), *tokenizer, warnings);
  auto eye = new_encoder(recipe);
  const FeatureSizes features = sizes_of(*eye);
  models::PhotoCaptioner model =
      new_model(recipe, std::move(eye), features, train_photos, std::move(tokenizer));
  const encoders::Encoder& encoder = model.encoder();
  auto train_source = source_of(encoder, tensors_of(train));
  auto dev_source = source_of(encoder, tensors_of(dev));
  return {.job = {.recipe = recipe,
                  .model = std::move(model),
                  .train = std::move(train_photos),
                  .dev = std::move(dev_photos),
                  .train_features = std::move(train_source),
                  .dev_features = std::move(dev_source),
                  .warnings = std::move(warnings)},
          .test = std::move(test_photos),
          .test_features = source_of(encoder, tensors_of(set.test)),
          .test_pictures = tensors_of(set.test)};
}

double exact_match(const Evaluation& evaluation, const std::vector<Photo>& photos) {
  std::size_t right = 0;
  for (std::size_t i = 0; i < evaluation.items.size(); ++i) {
    const auto& captions = photos.at(static_cast<std::size_t>(evaluation.items[i])).captions;
    right +=
        std::find(captions.begin(), captions.end(), evaluation.captions[i].text) != captions.end();
  }
  return static_cast<double>(right) / static_cast<double>(evaluation.items.size());
}

}  // namespace limn::train
