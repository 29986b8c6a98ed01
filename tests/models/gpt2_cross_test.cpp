#include "limn/models/gpt2_cross.h"

#include "limn/core/error.h"
#include "support/golden_captioner.h"
#include "support/region_properties.h"

using namespace limn;
using models::Gpt2Cross;
using models::Gpt2CrossOptions;

namespace {

constexpr models::CaptionerSizes kSmallWords{.vocabulary = 5, .begin = 1, .end = 0, .features = 3};

Gpt2CrossOptions small_cross(std::int64_t width) {
  return {.gpt2 = {.width = width, .heads = 3, .layers = 2, .feed_forward = 7, .positions = 8}};
}

/// With regions as wide as its words, and narrower ones.
void for_both_widths(const std::function<void(Gpt2Cross&)>& body) {
  for (const std::int64_t width : {3, 6}) {
    INFO("width " << width);
    Generator generator(2);
    Gpt2Cross cross(small_cross(width), kSmallWords, generator);
    for (const auto& [name, parameter] : cross.parameters()) {
      Tensor values = parameter.value();  // shares the storage; larger, so that words matter
      if (values.shape().rank() > 1) generator.fill_normal(values, 0, 0.5);
    }
    body(cross);
  }
}

/// GPT2LMHeadModel with cross-attention of transformers 5.23 at a small size.
struct GoldenCross {
  test::GoldenCaptioner golden{"gpt2_cross"};
  Generator generator;
  Gpt2Cross cross{
      {.gpt2 = {.width = 16, .heads = 4, .layers = 2, .feed_forward = 64, .positions = 32}},
      {.vocabulary = 23, .begin = 22, .end = 9, .features = 16},
      generator};

  GoldenCross() {
    golden.features.regions = Variable(golden.file.tensor("input/memory"));
    golden.load_into(cross);
  }
};

}  // namespace

TEST_CASE("gpt2_cross: teacher forcing and steps are two views of one distribution") {
  for_both_widths(
      [](Gpt2Cross& g) { test::require_two_views_agree(g, test::region_features(3, 3), 1e-5); });
}

TEST_CASE("gpt2_cross: P(S | I) sums to one over all sentences") {
  for_both_widths(
      [](Gpt2Cross& g) { test::require_sums_to_one(g, test::region_features(2, 3), 4, 1e-5); });
}

TEST_CASE("gpt2_cross: a wide beam finds the most probable caption, beam 1 is greedy") {
  for_both_widths(
      [](Gpt2Cross& g) { test::require_search_is_exact(g, test::region_features(2, 3), 3); });
}

TEST_CASE("gpt2_cross: gradients of every parameter hold in double") {
  for_both_widths([](Gpt2Cross& g) {
    test::require_gradients_hold(g, test::region_features(2, 3, DType::float64), 3);
  });
}

TEST_CASE("gpt2_cross: a batch of one gives what a batch of many gives") {
  for_both_widths(
      [](Gpt2Cross& g) { test::require_batch_does_not_matter(g, test::region_features(4, 3)); });
}

TEST_CASE("gpt2_cross: masked regions have no influence, whatever they hold") {
  for_both_widths([](Gpt2Cross& g) { test::require_masks_hold(g, test::region_features(3, 3)); });
}

TEST_CASE("gpt2_cross: says where it looks") {
  for_both_widths(
      [](Gpt2Cross& g) { test::require_attention_is_said(g, test::region_features(3, 3)); });
}

TEST_CASE("gpt2_cross: dropout draws in training only") {
  for_both_widths([](Gpt2Cross& g) {
    test::require_dropout_draws_in_training(g, test::region_features(2, 3));
  });
}

TEST_CASE("gpt2_cross: a model file holds all of it") {
  for (const std::int64_t width : {3, 6}) {
    Generator generator(2);
    test::require_file_holds_all(
        std::make_unique<Gpt2Cross>(small_cross(width), kSmallWords, generator),
        test::region_features(3, 3));
  }
}

TEST_CASE("gpt2_cross: log-probabilities, losses and gradients are those of transformers") {
  const GoldenCross reference;
  test::require_golden_log_probabilities(reference.golden, reference.cross);
  test::require_golden_losses(reference.golden, reference.cross);
}

TEST_CASE("gpt2_cross: greedy and beam captions are those of transformers") {
  const GoldenCross reference;
  test::require_golden_greedy(reference.golden, reference.cross);
  test::require_golden_beam(reference.golden, reference.cross, "beam3");
  test::require_golden_beam(reference.golden, reference.cross, "beam5");
}

TEST_CASE("gpt2_cross: weights start as GPT-2's") {
  Generator generator(3);
  const Gpt2Cross cross({.gpt2 = {.width = 64, .heads = 4, .layers = 2, .feed_forward = 256}},
                        {.vocabulary = 100, .begin = 1, .end = 0, .features = 64}, generator);
  for (const auto& [name, parameter] : cross.parameters()) {
    INFO(name);
    double squares = 0;
    for (const float value : parameter.value().span<float>())
      squares += static_cast<double>(value) * static_cast<double>(value);
    const double deviation = std::sqrt(squares / static_cast<double>(parameter.value().elements()));
    const bool norm = name.find("ln_") != std::string::npos;
    const bool adds = name.ends_with("c_proj.weight");
    const double expected = name.ends_with("bias") ? 0 : norm ? 1 : adds ? 0.01 : 0.02;
    REQUIRE(deviation == Approx(expected).epsilon(0.1));
  }
}

TEST_CASE("gpt2_cross: features of another kind or width and too long captions are refused") {
  for_both_widths([](Gpt2Cross& g) {
    nn::Features features;
    features.global = Variable(Tensor::zeros(Shape{2, 3}));
    REQUIRE_THROWS_TEXT(g.start(features), InvalidArgument,
                        "gpt2_cross: needs regions [B, R, 3]; got global features only");
    features.regions = Variable(Tensor::zeros(Shape{2, 4, 5}));
    REQUIRE_THROWS_TEXT(g.start(features), InvalidArgument,
                        "gpt2_cross: was built for regions [B, R, 3]; got [2, 4, 5]");
    features.regions = Variable(Tensor::zeros(Shape{2, 4, 3}));
    const std::vector<data::EncodedCaption> captions = {{0, {2, 2, 2, 2, 2, 2, 2, 2}}};
    REQUIRE_THROWS_TEXT(
        g.log_likelihood(features, data::pack_captions(captions, g.begin(), g.end()), {}, {}),
        InvalidArgument, "gpt2: the language model has 8 positions; got more words");
  });
}

TEST_CASE("gpt2_cross: options out of range are refused") {
  Generator generator;
  const auto make = [&](const std::string& name, const std::string& value) {
    return models::make_captioner("gpt2_cross", {{name, value}}, kSmallWords, generator);
  };
  for (const std::string name : {"width", "heads", "layers", "feed_forward", "positions"}) {
    REQUIRE_THROWS_TEXT(make(name, "0"), InvalidArgument,
                        "gpt2_cross: " + name + " must be at least 1; got 0");
  }
  for (const char* name : {"width", "layers", "feed_forward", "positions"})
    REQUIRE_THROWS_AS(make(name, "1200000000"), InvalidArgument);
  REQUIRE_THROWS_TEXT(make("heads", "7"), InvalidArgument,
                      "gpt2_cross: width must be a multiple of heads; got 768 and 7");
  REQUIRE_THROWS_TEXT(make("dropout", "1"), InvalidArgument,
                      "gpt2_cross: dropout must be in [0, 1); got 1");
}
