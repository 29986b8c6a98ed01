#include "limn/models/att2in.h"

#include "limn/core/error.h"
#include "support/golden_captioner.h"
#include "support/region_properties.h"

using namespace limn;
using models::Att2in;

namespace {

std::unique_ptr<Att2in> small_att2in() {
  Generator generator(2);
  return std::make_unique<Att2in>(
      models::Att2inOptions{.embedding = 4, .hidden = 3, .attention_size = 5},
      models::CaptionerSizes{.vocabulary = 5, .begin = 1, .end = 0, .features = 3}, generator);
}

/// The att2in2 of ImageCaptioning.pytorch 4c48a330 at a small size.
struct Att2in2 {
  test::GoldenCaptioner golden{"att2in2"};
  Generator generator;
  Att2in att2in{{.embedding = 16, .hidden = 16, .attention_size = 12},
                {.vocabulary = 23, .begin = 0, .end = 0, .features = 20},
                generator};

  Att2in2() { golden.load_into(att2in); }
};

}  // namespace

TEST_CASE("att2in: teacher forcing and steps are two views of one distribution") {
  test::require_two_views_agree(*small_att2in(), test::region_features(3, 3), 1e-5);
}

TEST_CASE("att2in: P(S | I) sums to one over all sentences") {
  test::require_sums_to_one(*small_att2in(), test::region_features(2, 3), 4, 1e-5);
}

TEST_CASE("att2in: a wide beam finds the most probable caption, beam 1 is greedy") {
  test::require_search_is_exact(*small_att2in(), test::region_features(2, 3), 3);
}

TEST_CASE("att2in: gradients of every parameter hold in double") {
  test::require_gradients_hold(*small_att2in(), test::region_features(2, 3, DType::float64), 4);
}

TEST_CASE("att2in: a batch of one gives what a batch of many gives") {
  test::require_batch_does_not_matter(*small_att2in(), test::region_features(4, 3));
}

TEST_CASE("att2in: masked regions have no influence, whatever they hold") {
  test::require_masks_hold(*small_att2in(), test::region_features(3, 3));
}

TEST_CASE("att2in: says where it looks") {
  test::require_attention_is_said(*small_att2in(), test::region_features(3, 3));
}

TEST_CASE("att2in: a model file holds all of it") {
  test::require_file_holds_all(small_att2in(), test::region_features(3, 3));
}

TEST_CASE("att2in: dropout draws in training only") {
  test::require_dropout_draws_in_training(*small_att2in(), test::region_features(2, 3));
}

TEST_CASE("att2in: log-probabilities are those of the reference") {
  const Att2in2 reference;
  test::require_golden_log_probabilities(reference.golden, reference.att2in);
}

TEST_CASE("att2in: losses and gradients are those of the reference") {
  const Att2in2 reference;
  test::require_golden_losses(reference.golden, reference.att2in);
}

TEST_CASE("att2in: greedy and beam captions are those of the reference") {
  const Att2in2 reference;
  test::require_golden_search(reference.golden, reference.att2in);
}

TEST_CASE("att2in: options out of range are refused") {
  Generator generator;
  const auto make = [&](const std::string& name, const std::string& value) {
    return models::make_captioner("att2in", {{name, value}}, {.vocabulary = 5, .features = 3},
                                  generator);
  };
  for (const std::string name : {"embedding", "hidden", "attention_size"}) {
    REQUIRE_THROWS_TEXT(make(name, "0"), InvalidArgument,
                        "att2in: " + name + " must be at least 1; got 0");
    REQUIRE_THROWS_AS(make(name, "1000000000"), InvalidArgument);
  }
  REQUIRE_THROWS_TEXT(make("dropout", "1"), InvalidArgument,
                      "att2in: dropout must be in [0, 1); got 1");
}
