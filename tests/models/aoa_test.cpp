#include "limn/models/aoa.h"

#include "limn/core/error.h"
#include "support/golden_captioner.h"
#include "support/region_properties.h"

using namespace limn;
using models::Aoa;

namespace {

std::unique_ptr<Aoa> small_aoa() {
  Generator generator(2);
  return std::make_unique<Aoa>(
      models::AoaOptions{.embedding = 3, .hidden = 4, .heads = 2, .refiner_layers = 2},
      models::CaptionerSizes{.vocabulary = 5, .begin = 1, .end = 0, .features = 3}, generator);
}

/// The aoa of ImageCaptioning.pytorch 4c48a330 at a small size.
struct SmallAoa {
  test::GoldenCaptioner golden{"aoa"};
  Generator generator;
  Aoa aoa{{.embedding = 16, .hidden = 16, .heads = 4},
          {.vocabulary = 23, .begin = 0, .end = 0, .features = 20},
          generator};

  SmallAoa() { golden.load_into(aoa); }
};

}  // namespace

TEST_CASE("aoa: teacher forcing and steps are two views of one distribution") {
  test::require_two_views_agree(*small_aoa(), test::region_features(3, 3), 1e-5);
}

TEST_CASE("aoa: P(S | I) sums to one over all sentences") {
  test::require_sums_to_one(*small_aoa(), test::region_features(2, 3), 4, 1e-5);
}

TEST_CASE("aoa: a wide beam finds the most probable caption, beam 1 is greedy") {
  test::require_search_is_exact(*small_aoa(), test::region_features(2, 3), 3);
}

TEST_CASE("aoa: gradients of every parameter hold in double") {
  test::require_gradients_hold(*small_aoa(), test::region_features(2, 3, DType::float64), 3);
}

TEST_CASE("aoa: a batch of one gives what a batch of many gives") {
  test::require_batch_does_not_matter(*small_aoa(), test::region_features(4, 3));
}

TEST_CASE("aoa: masked regions have no influence, whatever they hold") {
  test::require_masks_hold(*small_aoa(), test::region_features(3, 3));
}

TEST_CASE("aoa: says where it looks") {
  test::require_attention_is_said(*small_aoa(), test::region_features(3, 3));
}

TEST_CASE("aoa: a model file holds all of it") {
  test::require_file_holds_all(small_aoa(), test::region_features(3, 3));
}

TEST_CASE("aoa: dropout draws in training only") {
  test::require_dropout_draws_in_training(*small_aoa(), test::region_features(2, 3));
}

TEST_CASE("aoa: log-probabilities are those of the reference") {
  const SmallAoa reference;
  test::require_golden_log_probabilities(reference.golden, reference.aoa);
}

TEST_CASE("aoa: losses and gradients are those of the reference") {
  const SmallAoa reference;
  test::require_golden_losses(reference.golden, reference.aoa);
}

TEST_CASE("aoa: greedy and beam captions are those of the reference") {
  const SmallAoa reference;
  test::require_golden_search(reference.golden, reference.aoa);
}

TEST_CASE("aoa: options out of range are refused") {
  Generator generator;
  const auto make = [&](const std::string& name, const std::string& value) {
    return models::make_captioner("aoa", {{name, value}}, {.vocabulary = 5, .features = 3},
                                  generator);
  };
  for (const std::string name : {"embedding", "hidden", "heads", "refiner_layers"}) {
    REQUIRE_THROWS_TEXT(make(name, "0"), InvalidArgument,
                        "aoa: " + name + " must be at least 1; got 0");
  }
  for (const char* name : {"embedding", "hidden", "refiner_layers"})
    REQUIRE_THROWS_AS(make(name, "1000000000"), InvalidArgument);
  for (const std::string name : {"dropout", "dropout_attention", "dropout_aoa"}) {
    REQUIRE_THROWS_TEXT(make(name, "1"), InvalidArgument,
                        "aoa: " + name + " must be in [0, 1); got 1");
  }
  REQUIRE_THROWS_TEXT(make("heads", "7"), InvalidArgument,
                      "aoa: hidden must be a multiple of heads; got 1024 and 7");
}
