#include "limn/train/likelihood.h"

#include <cmath>

#include "limn/core/error.h"
#include "limn/models/nic.h"
#include "limn/train/evaluate.h"
#include "support/catch.h"

using namespace limn;
using train::Photo;

namespace {

/// "whitespace", or pieces of words, that counts what it splits.
class CountingTokenizer : public text::Tokenizer {
 public:
  CountingTokenizer(bool words, int& splits) : words_(words), splits_(splits) {}
  std::string name() const override { return "whitespace"; }
  bool makes_words() const override { return words_; }
  std::vector<std::string> split(std::string_view caption) const override {
    ++splits_;
    return text::make_tokenizer("whitespace")->split(caption);
  }
  std::string join(const std::vector<std::string>& words) const override {
    return text::make_tokenizer("whitespace")->join(words);
  }

 private:
  bool words_;
  int& splits_;
};

models::PhotoCaptioner counting_model(bool words, int& splits) {
  Generator generator(4);
  auto encoder = encoders::make_encoder(
      {.name = "small_cnn", .options = {{"side", "16"}, {"width", "1"}}}, generator);
  const models::CaptionerSizes sizes{.vocabulary = 5, .features = encoder->feature_size()};
  auto nic = std::make_unique<models::Nic>(models::NicOptions{.embedding = 2, .hidden = 2}, sizes,
                                           generator);
  return {std::move(encoder), std::move(nic),
          text::Vocabulary::from_words({"</s>", "<s>", "<unk>", "a", "dog"}),
          std::make_unique<CountingTokenizer>(words, splits)};
}

std::unique_ptr<train::FeatureSource> grey_pictures(const models::PhotoCaptioner& model) {
  return train::features_from_pictures(model.encoder(), [](std::int64_t item) {
    Tensor picture(Shape{16, 16, 3}, DType::uint8);
    picture.fill(static_cast<double>(40 * item));
    return picture;
  });
}

std::vector<Photo> captioned_photos(const text::Tokenizer& tokenizer) {
  std::vector<data::CaptionedImage> images(2);
  images[0].captions = {"a dog", "dog a dog"};
  images[1].captions = {"a"};
  std::vector<std::string> warnings;
  return train::split_captions(images, tokenizer, warnings);
}

}  // namespace

TEST_CASE("the likelihood of photos is the sum of that of their captions, ends included") {
  int splits = 0;
  const auto model = counting_model(true, splits);
  const auto photos = captioned_photos(model.tokenizer());
  const auto source = grey_pictures(model);
  source->start({{1, 0}});
  const train::SourceBatch batch = source->next({});
  train::TotalLikelihood total;
  train::add_likelihood(model, batch, photos, total);
  const std::vector<std::string> captions = {"a", "a dog", "dog a dog"};
  double sum = 0;
  for (const auto& caption :
       model.score(batch.features, captions, std::vector<std::int64_t>{0, 1, 1}))
    sum += caption.log_probability;
  REQUIRE(total.photos == 2);
  REQUIRE(total.captions == 3);
  REQUIRE(total.words == 9);
  REQUIRE(total.log_probability == Approx(sum));
  REQUIRE(total.perplexity() == Approx(std::exp(-sum / 9)));
}

TEST_CASE("a batch without photos adds nothing") {
  int splits = 0;
  const auto model = counting_model(true, splits);
  train::TotalLikelihood total;
  train::add_likelihood(model, {}, captioned_photos(model.tokenizer()), total);
  REQUIRE(total.photos == 0);
  REQUIRE(total.words == 0);
  REQUIRE_THROWS_AS(total.perplexity(), InvalidArgument);
}

TEST_CASE("an evaluation does not split the references again") {
  for (const bool words : {true, false}) {
    INFO((words ? "words" : "pieces of words"));
    int splits = 0;
    const auto model = counting_model(words, splits);
    const auto photos = captioned_photos(model.tokenizer());
    REQUIRE(splits == 3);
    REQUIRE(photos[0].references.size() == (words ? 0 : 2));
    const auto source = grey_pictures(model);
    train::evaluate(model, *source, photos, {.beam = 1, .max_length = 4});
    REQUIRE(splits == 3);
  }
}
