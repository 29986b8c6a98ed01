#include "limn/models/transformer.h"

#include <algorithm>

#include "limn/core/error.h"
#include "support/difference.h"
#include "support/region_properties.h"

using namespace limn;
using models::Transformer;
using models::TransformerOptions;

namespace {

constexpr models::CaptionerSizes kSmall{.vocabulary = 5, .begin = 1, .end = 0, .features = 3};

void for_both_norms(const std::function<void(Transformer&)>& body) {
  for (const std::string norm : {"pre", "post"}) {
    INFO(norm);
    Generator generator(2);
    Transformer transformer({.width = 8,
                             .heads = 2,
                             .feed_forward = 6,
                             .encoder_layers = 1,
                             .decoder_layers = 2,
                             .norm = norm},
                            kSmall, generator);
    body(transformer);
  }
}

}  // namespace

TEST_CASE("transformer: teacher forcing and steps are two views of one distribution") {
  for_both_norms(
      [](Transformer& t) { test::require_two_views_agree(t, test::region_features(3, 3), 1e-5); });
}

TEST_CASE("transformer: P(S | I) sums to one over all sentences") {
  for_both_norms(
      [](Transformer& t) { test::require_sums_to_one(t, test::region_features(2, 3), 4, 1e-5); });
}

TEST_CASE("transformer: a wide beam finds the most probable caption, beam 1 is greedy") {
  for_both_norms(
      [](Transformer& t) { test::require_search_is_exact(t, test::region_features(2, 3), 3); });
}

TEST_CASE("transformer: gradients of every parameter hold in double") {
  for_both_norms([](Transformer& t) {
    test::require_gradients_hold(t, test::region_features(2, 3, DType::float64), 3);
  });
}

TEST_CASE("transformer: a batch of one gives what a batch of many gives") {
  for_both_norms(
      [](Transformer& t) { test::require_batch_does_not_matter(t, test::region_features(4, 3)); });
}

TEST_CASE("transformer: masked regions have no influence, whatever they hold") {
  for_both_norms([](Transformer& t) { test::require_masks_hold(t, test::region_features(3, 3)); });
}

TEST_CASE("transformer: dropout draws in training only") {
  for_both_norms([](Transformer& t) {
    test::require_dropout_draws_in_training(t, test::region_features(2, 3));
  });
}

TEST_CASE("transformer: says where it looks") {
  for_both_norms(
      [](Transformer& t) { test::require_attention_is_said(t, test::region_features(3, 3)); });
}

TEST_CASE("transformer: a model file holds all of it") {
  Generator generator(2);
  test::require_file_holds_all(
      std::make_unique<Transformer>(
          TransformerOptions{
              .width = 8, .heads = 2, .feed_forward = 6, .encoder_layers = 1, .norm = "post"},
          kSmall, generator),
      test::region_features(3, 3));
}

TEST_CASE("transformer: hypotheses keep their own past when a search reorders them") {
  for_both_norms([](Transformer& t) {
    const nn::Features features = test::region_features(2, 3);
    const NoGradGuard guard;
    decode::State state = t.start(features);
    t.step(state, std::vector<std::int32_t>{1, 1});
    decode::State crossed = t.reorder(state, std::vector<std::int64_t>{1, 0, 1});
    t.step(crossed, std::vector<std::int32_t>{2, 3, 4});
    decode::State last = t.reorder(crossed, std::vector<std::int64_t>{2, 1});
    const Tensor scores = t.step(last, std::vector<std::int32_t>{3, 2});
    const std::vector<std::vector<std::int32_t>> said = {{1, 4, 3}, {1, 3, 2}};
    for (std::int64_t row = 0; row < 2; ++row) {
      decode::State alone = t.start(test::one_image(features, 1 - row));
      Tensor expected;
      for (const std::int32_t word : said[static_cast<std::size_t>(row)])
        expected = t.step(alone, std::vector{word});
      REQUIRE(test::largest_difference(scores.rows(row, row + 1).clone(), expected) < 1e-5);
    }
  });
}

TEST_CASE("transformer: features of another kind or width are refused") {
  for_both_norms([](Transformer& t) {
    nn::Features features;
    REQUIRE_THROWS_TEXT(t.start(features), InvalidArgument,
                        "transformer: needs regions [B, R, 3]; got none");
    features.global = Variable(Tensor::zeros(Shape{2, 3}));
    REQUIRE_THROWS_TEXT(t.start(features), InvalidArgument,
                        "transformer: needs regions [B, R, 3]; got global features only");
    features.regions = Variable(Tensor::zeros(Shape{2, 4, 5}));
    REQUIRE_THROWS_TEXT(t.start(features), InvalidArgument,
                        "transformer: was built for regions [B, R, 3]; got [2, 4, 5]");
    features.regions = Variable(Tensor::zeros(Shape{2, 4, 3}));
    features.mask = Tensor::zeros(Shape{2, 3}, DType::uint8);
    REQUIRE_THROWS_TEXT(t.start(features), InvalidArgument,
                        "transformer: the mask of regions [2, 4, 3] must be uint8 [2, 4]; got "
                        "uint8 [2, 3]");
    features.mask = Tensor::zeros(Shape{2, 4}, DType::uint8);
    REQUIRE_THROWS_TEXT(t.start(features), InvalidArgument,
                        "transformer: image 0 has none of its 4 regions");
  });
}

TEST_CASE("transformer: options out of range are refused") {
  Generator generator;
  const auto make = [&](const std::string& name, const std::string& value) {
    return models::make_captioner("transformer", {{name, value}}, kSmall, generator);
  };
  for (const std::string name :
       {"width", "heads", "feed_forward", "encoder_layers", "decoder_layers"}) {
    REQUIRE_THROWS_TEXT(make(name, "0"), InvalidArgument,
                        "transformer: " + name + " must be at least 1; got 0");
  }
  for (const char* name : {"width", "feed_forward", "encoder_layers", "decoder_layers"})
    REQUIRE_THROWS_AS(make(name, "1000000000"), InvalidArgument);
  for (const std::string name : {"dropout", "dropout_features"}) {
    REQUIRE_THROWS_TEXT(make(name, "1"), InvalidArgument,
                        "transformer: " + name + " must be in [0, 1); got 1");
  }
  REQUIRE_THROWS_TEXT(make("heads", "7"), InvalidArgument,
                      "transformer: width must be even and a multiple of heads; got 512 and 7");
  REQUIRE_THROWS_TEXT(make("norm", "mid"), InvalidArgument,
                      "model: norm must be one of pre, post; got \"mid\"");
}

TEST_CASE("transformer: matrices start as Glorot and Bengio's") {
  Generator generator(3);
  const Transformer transformer({.width = 16, .heads = 2, .feed_forward = 32}, kSmall, generator);
  std::int64_t matrices = 0;
  for (const auto& [name, variable] : transformer.parameters()) {
    if (variable.shape().rank() < 2 || name == "att_embed.0.weight") continue;
    INFO(name);
    const auto fans = static_cast<float>(variable.shape()[0] + variable.shape()[1]);
    float largest = 0;
    for (const float value : variable.value().span<float>())
      largest = std::max(largest, std::abs(value));
    REQUIRE(largest == Approx(std::sqrt(6 / fans)).epsilon(0.1));
    REQUIRE(largest <= std::sqrt(6 / fans));
    ++matrices;
  }
  REQUIRE(matrices == 6 * 6 + 6 * 10 + 2);
}
