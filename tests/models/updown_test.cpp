#include "limn/models/updown.h"

#include <cmath>

#include "limn/core/error.h"
#include "support/golden_captioner.h"
#include "support/region_properties.h"

using namespace limn;
using models::UpDown;
using models::UpDownOptions;

namespace {

constexpr UpDownOptions kAuthors{
    .region_embedding = false, .word_relu = false, .attention_bias = false, .forget_bias = 1};

void for_both_updowns(const std::function<void(std::unique_ptr<UpDown>)>& body) {
  for (UpDownOptions options : {UpDownOptions{}, kAuthors}) {
    INFO("region_embedding " << options.region_embedding);
    options.embedding = 4;
    options.hidden = 3;
    options.attention_size = 5;
    Generator generator(2);
    body(std::make_unique<UpDown>(
        options, models::CaptionerSizes{.vocabulary = 5, .begin = 1, .end = 0, .features = 3},
        generator));
  }
}

/// data_scripts/golden_captioners.py, from the equations.
struct ReferenceUpDown {
  test::GoldenCaptioner golden{"updown"};
  Generator generator;
  UpDown updown{{.embedding = 16, .hidden = 16, .attention_size = 12, .global_features = 18},
                {.vocabulary = 23, .begin = 0, .end = 0, .features = 20},
                generator};

  ReferenceUpDown() { golden.load_into(updown); }
};

}  // namespace

TEST_CASE("updown: teacher forcing and steps are two views of one distribution") {
  for_both_updowns(
      [](auto u) { test::require_two_views_agree(*u, test::region_features(3, 3), 1e-5); });
}

TEST_CASE("updown: P(S | I) sums to one over all sentences") {
  for_both_updowns(
      [](auto u) { test::require_sums_to_one(*u, test::region_features(2, 3), 4, 1e-5); });
}

TEST_CASE("updown: a wide beam finds the most probable caption, beam 1 is greedy") {
  for_both_updowns(
      [](auto u) { test::require_search_is_exact(*u, test::region_features(2, 3), 3); });
}

TEST_CASE("updown: gradients of every parameter hold in double") {
  for_both_updowns([](auto u) {
    test::require_gradients_hold(*u, test::region_features(2, 3, DType::float64), 4);
  });
}

TEST_CASE("updown: a batch of one gives what a batch of many gives") {
  for_both_updowns(
      [](auto u) { test::require_batch_does_not_matter(*u, test::region_features(4, 3)); });
}

TEST_CASE("updown: masked regions have no influence, whatever they hold") {
  for_both_updowns([](auto u) {
    test::require_masks_hold(*u, test::region_features(3, 3));
    test::require_masks_hold(*u, test::without_global(test::region_features(3, 3)));
  });
}

TEST_CASE("updown: says where it looks") {
  for_both_updowns(
      [](auto u) { test::require_attention_is_said(*u, test::region_features(3, 3)); });
}

TEST_CASE("updown: a model file holds all of it") {
  for_both_updowns(
      [](auto u) { test::require_file_holds_all(std::move(u), test::region_features(3, 3)); });
}

TEST_CASE("updown: dropout draws in training only") {
  for_both_updowns(
      [](auto u) { test::require_dropout_draws_in_training(*u, test::region_features(2, 3)); });
}

TEST_CASE("updown: log-probabilities are those of the reference") {
  const ReferenceUpDown reference;
  test::require_golden_log_probabilities(reference.golden, reference.updown);
}

TEST_CASE("updown: losses and gradients are those of the reference") {
  const ReferenceUpDown reference;
  test::require_golden_losses(reference.golden, reference.updown);
}

TEST_CASE("updown: greedy captions are those of the reference") {
  const ReferenceUpDown reference;
  test::require_golden_greedy(reference.golden, reference.updown);
}

TEST_CASE("updown: global features of a width of their own must be there") {
  const ReferenceUpDown reference;
  REQUIRE_THROWS_TEXT(reference.updown.start(test::without_global(reference.golden.features)),
                      InvalidArgument, "updown: needs global features [B, 18]; got regions only");
}

TEST_CASE("updown: weights start as told, biases at zero") {
  Generator generator(3);
  const UpDown updown({.embedding = 40, .hidden = 30, .init = 0.01},
                      {.vocabulary = 50, .features = 20}, generator);
  for (const auto& [name, variable] : updown.parameters()) {
    INFO(name);
    double squares = 0;
    for (const float value : variable.value().span<float>())
      squares += static_cast<double>(value) * static_cast<double>(value);
    const double deviation = std::sqrt(squares / static_cast<double>(variable.value().elements()));
    REQUIRE(deviation == Approx(variable.shape().rank() > 1 ? 0.01 : 0).epsilon(0.1).margin(1e-9));
  }
}

TEST_CASE("updown: options out of range are refused") {
  Generator generator;
  const auto make = [&](const std::string& name, const std::string& value) {
    return models::make_captioner("updown", {{name, value}}, {.vocabulary = 5, .features = 3},
                                  generator);
  };
  for (const std::string name : {"embedding", "hidden", "attention_size"}) {
    REQUIRE_THROWS_TEXT(make(name, "0"), InvalidArgument,
                        "updown: " + name + " must be at least 1; got 0");
    REQUIRE_THROWS_AS(make(name, "1000000000"), InvalidArgument);
  }
  for (const std::string name : {"global_features", "init"})
    REQUIRE_THROWS_TEXT(make(name, "-1"), InvalidArgument,
                        "updown: " + name + " must be at least 0; got -1");
  REQUIRE_THROWS_TEXT(make("dropout", "1"), InvalidArgument,
                      "updown: dropout must be in [0, 1); got 1");
  REQUIRE_THROWS_TEXT(make("forget_bias", "inf"), InvalidArgument,
                      "updown: forget_bias must be finite; got inf");
}
