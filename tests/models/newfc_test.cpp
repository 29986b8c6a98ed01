#include "limn/models/newfc.h"

#include "limn/core/error.h"
#include "support/golden_captioner.h"
#include "support/region_properties.h"

using namespace limn;
using models::NewFc;

namespace {

std::unique_ptr<NewFc> small_newfc() {
  Generator generator(2);
  return std::make_unique<NewFc>(
      models::NewFcOptions{.embedding = 4, .hidden = 3},
      models::CaptionerSizes{.vocabulary = 5, .begin = 1, .end = 0, .features = 3}, generator);
}

nn::Features global_features(std::int64_t images, DType dtype = DType::float32) {
  return {.global = Variable(test::random_tensor(Shape{images, 3}, 11, dtype)),
          .regions = {},
          .mask = {}};
}

/// That of ImageCaptioning.pytorch 4c48a330 at a small size.
struct ReferenceNewFc {
  test::GoldenCaptioner golden{"newfc"};
  Generator generator;
  NewFc newfc{{.embedding = 16, .hidden = 16},
              {.vocabulary = 23, .begin = 0, .end = 0, .features = 20},
              generator};

  ReferenceNewFc() { golden.load_into(newfc); }
};

}  // namespace

TEST_CASE("newfc: teacher forcing and steps are two views of one distribution") {
  test::require_two_views_agree(*small_newfc(), global_features(3), 1e-5);
}

TEST_CASE("newfc: P(S | I) sums to one over all sentences") {
  test::require_sums_to_one(*small_newfc(), global_features(2), 4, 1e-5);
}

TEST_CASE("newfc: a wide beam finds the most probable caption, beam 1 is greedy") {
  test::require_search_is_exact(*small_newfc(), global_features(2), 3);
}

TEST_CASE("newfc: gradients of every parameter hold in double") {
  test::require_gradients_hold(*small_newfc(), global_features(2, DType::float64), 4);
}

TEST_CASE("newfc: a batch of one gives what a batch of many gives") {
  test::require_batch_does_not_matter(*small_newfc(), global_features(4));
}

TEST_CASE("newfc: a model file holds all of it") {
  test::require_file_holds_all(small_newfc(), global_features(3));
}

TEST_CASE("newfc: dropout draws in training only") {
  test::require_dropout_draws_in_training(*small_newfc(), global_features(2));
}

TEST_CASE("newfc: log-probabilities are those of the reference") {
  const ReferenceNewFc reference;
  test::require_golden_log_probabilities(reference.golden, reference.newfc);
}

TEST_CASE("newfc: losses and gradients are those of the reference") {
  const ReferenceNewFc reference;
  test::require_golden_losses(reference.golden, reference.newfc);
}

TEST_CASE("newfc: greedy and beam captions are those of the reference") {
  const ReferenceNewFc reference;
  test::require_golden_search(reference.golden, reference.newfc);
}

TEST_CASE("newfc: features of another kind or width are refused") {
  nn::Features regions;
  regions.regions = Variable(Tensor::zeros(Shape{2, 4, 3}));
  REQUIRE_THROWS_TEXT(small_newfc()->start(regions), InvalidArgument,
                      "newfc: needs global features [B, 3]; got regions only");
  nn::Features wide;
  wide.global = Variable(Tensor::zeros(Shape{2, 4}));
  REQUIRE_THROWS_TEXT(small_newfc()->start(wide), InvalidArgument,
                      "newfc: was built for global features [B, 3]; got [2, 4]");
}

TEST_CASE("newfc: options out of range are refused") {
  Generator generator;
  const auto make = [&](const std::string& name, const std::string& value) {
    return models::make_captioner("newfc", {{name, value}}, {.vocabulary = 5, .features = 3},
                                  generator);
  };
  for (const std::string name : {"embedding", "hidden"}) {
    REQUIRE_THROWS_TEXT(make(name, "0"), InvalidArgument,
                        "newfc: " + name + " must be at least 1; got 0");
    REQUIRE_THROWS_AS(make(name, "1000000000"), InvalidArgument);
  }
  REQUIRE_THROWS_TEXT(make("dropout", "1"), InvalidArgument,
                      "newfc: dropout must be in [0, 1); got 1");
}
