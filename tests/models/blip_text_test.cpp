#include "limn/models/blip_text.h"

#include <cmath>

#include "limn/core/error.h"
#include "support/golden_captioner.h"
#include "support/region_properties.h"

using namespace limn;
using models::BlipText;
using models::BlipTextOptions;

namespace {

constexpr models::CaptionerSizes kBlipWords{.vocabulary = 5, .begin = 1, .end = 0, .features = 3};
constexpr BlipTextOptions kNarrowBlip{
    .width = 6, .heads = 3, .layers = 2, .feed_forward = 7, .positions = 8};

/// With weights so large that words matter.
struct SmallBlip {
  Generator generator{2};
  BlipText blip{kNarrowBlip, kBlipWords, generator};

  SmallBlip() {
    for (const auto& [name, parameter] : blip.parameters()) {
      Tensor values = parameter.value();  // shares the storage
      if (values.shape().rank() > 1) generator.fill_normal(values, 0, 0.7);
    }
  }
};

/// BlipTextLMHeadModel of transformers 5.23 at a small size. It was given a mask of the regions
/// and looked at all of them.
struct GoldenBlip {
  test::GoldenCaptioner golden{"blip_text"};
  Generator generator;
  BlipText blip{{.width = 16, .heads = 4, .layers = 2, .feed_forward = 32, .positions = 32},
                {.vocabulary = 23, .begin = 22, .end = 9, .features = 16},
                generator};

  GoldenBlip() {
    golden.features.regions = Variable(golden.file.tensor("input/memory"));
    golden.features.mask = {};
    golden.load_into(blip);
  }
};

}  // namespace

TEST_CASE("blip_text: teacher forcing and steps are two views of one distribution") {
  SmallBlip small;
  test::require_two_views_agree(small.blip, test::region_features(3, 3), 1e-5);
}

TEST_CASE("blip_text: P(S | I) sums to one over all sentences") {
  SmallBlip small;
  test::require_sums_to_one(small.blip, test::region_features(2, 3), 4, 1e-5);
}

TEST_CASE("blip_text: a wide beam finds the most probable caption, beam 1 is greedy") {
  SmallBlip small;
  test::require_search_is_exact(small.blip, test::region_features(2, 3), 3);
}

TEST_CASE("blip_text: gradients of every parameter hold in double") {
  SmallBlip small;
  test::require_gradients_hold(small.blip, test::region_features(2, 3, DType::float64), 3);
}

TEST_CASE("blip_text: a batch of one gives what a batch of many gives") {
  SmallBlip small;
  test::require_batch_does_not_matter(small.blip, test::region_features(4, 3));
}

TEST_CASE("blip_text: masked regions have no influence, whatever they hold") {
  SmallBlip small;
  test::require_masks_hold(small.blip, test::region_features(3, 3));
}

TEST_CASE("blip_text: says where it looks") {
  SmallBlip small;
  test::require_attention_is_said(small.blip, test::region_features(3, 3));
}

TEST_CASE("blip_text: dropout draws in training only") {
  SmallBlip small;
  test::require_dropout_draws_in_training(small.blip, test::region_features(2, 3));
}

TEST_CASE("blip_text: a model file holds all of it") {
  Generator generator(2);
  test::require_file_holds_all(std::make_unique<BlipText>(kNarrowBlip, kBlipWords, generator),
                               test::region_features(3, 3));
}

TEST_CASE("blip_text: log-probabilities, loss and gradients are those of transformers") {
  const GoldenBlip reference;
  test::require_golden_log_probabilities(reference.golden, reference.blip);
  test::require_golden_losses(reference.golden, reference.blip);
}

TEST_CASE("blip_text: greedy and beam captions are those of transformers") {
  const GoldenBlip reference;
  test::require_golden_greedy(reference.golden, reference.blip);
  test::require_golden_beam(reference.golden, reference.blip, "beam3");
  test::require_golden_beam(reference.golden, reference.blip, "beam5");
}

TEST_CASE("blip_text: weights start as BERT's") {
  Generator generator(3);
  const BlipText blip({.width = 64, .heads = 4, .layers = 2, .feed_forward = 256},
                      {.vocabulary = 100, .begin = 1, .end = 0, .features = 48}, generator);
  for (const auto& [name, parameter] : blip.parameters()) {
    INFO(name);
    double squares = 0;
    for (const float value : parameter.value().span<float>())
      squares += static_cast<double>(value) * static_cast<double>(value);
    const double deviation = std::sqrt(squares / static_cast<double>(parameter.value().elements()));
    const bool norm = name.find("LayerNorm") != std::string::npos;
    const double expected = name.ends_with("bias") ? 0 : norm ? 1 : 0.02;
    REQUIRE(deviation == Approx(expected).epsilon(0.1));
  }
}

TEST_CASE("blip_text: features of another kind or width and too long captions are refused") {
  SmallBlip small;
  const BlipText& blip = small.blip;
  nn::Features features;
  features.global = Variable(Tensor::zeros(Shape{2, 3}));
  REQUIRE_THROWS_TEXT(blip.start(features), InvalidArgument,
                      "blip_text: needs regions [B, R, 3]; got global features only");
  features.regions = Variable(Tensor::zeros(Shape{2, 4, 5}));
  REQUIRE_THROWS_TEXT(blip.start(features), InvalidArgument,
                      "blip_text: was built for regions [B, R, 3]; got [2, 4, 5]");
  features.regions = Variable(Tensor::zeros(Shape{2, 4, 3}));
  const std::vector<data::EncodedCaption> captions = {{0, {2, 2, 2, 2, 2, 2, 2, 2}}};
  REQUIRE_THROWS_TEXT(
      blip.log_likelihood(features, data::pack_captions(captions, blip.begin(), blip.end()), {},
                          {}),
      InvalidArgument,
      "blip_text: was built for captions of 8 words, the begin included; got more");
}

TEST_CASE("blip_text: options out of range are refused") {
  Generator generator;
  const auto make = [&](const std::string& name, const std::string& value) {
    return models::make_captioner("blip_text", {{name, value}}, kBlipWords, generator);
  };
  for (const std::string name : {"width", "heads", "layers", "feed_forward", "positions"}) {
    REQUIRE_THROWS_TEXT(make(name, "0"), InvalidArgument,
                        "blip_text: " + name + " must be at least 1; got 0");
  }
  for (const char* name : {"width", "feed_forward", "positions"}) {
    REQUIRE_THROWS_PART(make(name, "1200000000"), InvalidArgument,
                        "with 5 words and 3 features make about");
  }
  REQUIRE_THROWS_TEXT(make("layers", "101"), InvalidArgument,
                      "blip_text: layers must be at most 100; got 101");
  REQUIRE_THROWS_TEXT(make("heads", "7"), InvalidArgument,
                      "blip_text: width must be a multiple of heads; got 768 and 7");
  REQUIRE_THROWS_TEXT(make("dropout", "1"), InvalidArgument,
                      "blip_text: dropout must be in [0, 1); got 1");
}
