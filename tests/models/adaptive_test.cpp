#include "limn/models/adaptive.h"

#include "limn/core/error.h"
#include "support/golden_captioner.h"
#include "support/region_properties.h"

using namespace limn;
using models::Adaptive;

namespace {

std::unique_ptr<Adaptive> small_adaptive(bool maxout) {
  Generator generator(2);
  return std::make_unique<Adaptive>(
      models::AdaptiveOptions{.hidden = 3, .attention_size = 5, .maxout = maxout},
      models::CaptionerSizes{.vocabulary = 5, .begin = 1, .end = 0, .features = 3}, generator);
}

void for_both_cells(const std::function<void(std::unique_ptr<Adaptive>)>& body) {
  for (const bool maxout : {false, true}) {
    INFO("maxout " << maxout);
    body(small_adaptive(maxout));
  }
}

/// data_scripts/golden_captioners.py, from the equations.
struct ReferenceAdaptive {
  test::GoldenCaptioner golden{"adaptive"};
  Generator generator;
  Adaptive adaptive{{.hidden = 16, .attention_size = 16, .global_features = 18},
                    {.vocabulary = 23, .begin = 0, .end = 0, .features = 20},
                    generator};

  ReferenceAdaptive() { golden.load_into(adaptive); }
};

}  // namespace

TEST_CASE("adaptive: teacher forcing and steps are two views of one distribution") {
  for_both_cells(
      [](auto a) { test::require_two_views_agree(*a, test::region_features(3, 3), 1e-5); });
}

TEST_CASE("adaptive: P(S | I) sums to one over all sentences") {
  for_both_cells(
      [](auto a) { test::require_sums_to_one(*a, test::region_features(2, 3), 4, 1e-5); });
}

TEST_CASE("adaptive: a wide beam finds the most probable caption, beam 1 is greedy") {
  for_both_cells([](auto a) { test::require_search_is_exact(*a, test::region_features(2, 3), 3); });
}

TEST_CASE("adaptive: gradients of every parameter hold in double") {
  for_both_cells([](auto a) {
    test::require_gradients_hold(*a, test::region_features(2, 3, DType::float64), 4);
  });
}

TEST_CASE("adaptive: a batch of one gives what a batch of many gives") {
  for_both_cells(
      [](auto a) { test::require_batch_does_not_matter(*a, test::region_features(4, 3)); });
}

TEST_CASE("adaptive: masked regions have no influence, whatever they hold") {
  for_both_cells([](auto a) {
    test::require_masks_hold(*a, test::region_features(3, 3));
    test::require_masks_hold(*a, test::without_global(test::region_features(3, 3)));
  });
}

TEST_CASE("adaptive: says where it looks, the rest is the sentinel's") {
  for_both_cells(
      [](auto a) { test::require_attention_is_said(*a, test::region_features(3, 3), true); });
}

TEST_CASE("adaptive: a model file holds all of it") {
  for_both_cells(
      [](auto a) { test::require_file_holds_all(std::move(a), test::region_features(3, 3)); });
}

TEST_CASE("adaptive: dropout draws in training only") {
  for_both_cells(
      [](auto a) { test::require_dropout_draws_in_training(*a, test::region_features(2, 3)); });
}

TEST_CASE("adaptive: log-probabilities are those of the reference") {
  const ReferenceAdaptive reference;
  test::require_golden_log_probabilities(reference.golden, reference.adaptive);
}

TEST_CASE("adaptive: losses and gradients are those of the reference") {
  const ReferenceAdaptive reference;
  test::require_golden_losses(reference.golden, reference.adaptive);
}

TEST_CASE("adaptive: greedy captions are those of the reference") {
  const ReferenceAdaptive reference;
  test::require_golden_greedy(reference.golden, reference.adaptive);
}

TEST_CASE("adaptive: options out of range are refused") {
  Generator generator;
  const auto make = [&](const std::string& name, const std::string& value) {
    return models::make_captioner("adaptive", {{name, value}}, {.vocabulary = 5, .features = 3},
                                  generator);
  };
  for (const std::string name : {"hidden", "attention_size"}) {
    REQUIRE_THROWS_TEXT(make(name, "0"), InvalidArgument,
                        "adaptive: " + name + " must be at least 1; got 0");
    REQUIRE_THROWS_AS(make(name, "1000000000"), InvalidArgument);
  }
  REQUIRE_THROWS_TEXT(make("global_features", "-1"), InvalidArgument,
                      "adaptive: global_features must be at least 0; got -1");
  REQUIRE_THROWS_TEXT(make("dropout", "1"), InvalidArgument,
                      "adaptive: dropout must be in [0, 1); got 1");
}
