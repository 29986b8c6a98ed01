#include "limn/models/nic.h"

#include <algorithm>

#include "limn/core/error.h"
#include "support/captioner_properties.h"
#include "support/show_tell.h"

using namespace limn;
using models::CaptionerSizes;
using models::Nic;
using models::NicOptions;

namespace {

constexpr CaptionerSizes kToy{.vocabulary = 5, .begin = 1, .end = 0, .features = 3};

nn::Features toy_features(std::int64_t images, DType dtype = DType::float32) {
  Tensor global(Shape{images, kToy.features}, dtype);
  Generator(11).fill_uniform(global, -1, 1);
  return {.global = Variable(global), .regions = {}, .mask = {}};
}

/// Every variant of the model, small.
std::vector<NicOptions> variants() {
  std::vector<NicOptions> all;
  for (const std::string cell : {"lstm", "gru", "rnn"}) {
    for (const std::string image_as : {"input", "each", "state"}) {
      NicOptions options;
      options.cell = cell;
      options.image_as = image_as;
      options.embedding = 4;
      options.hidden = 3;
      options.layers = all.size() % 2 == 0 ? 1 : 2;
      options.recurrent_bias = cell != "gru";
      options.image_bias = image_as == "state";
      options.init = 0.8;
      all.push_back(options);
    }
  }
  return all;
}

void for_all_variants(const std::function<void(Nic&)>& body) {
  for (const NicOptions& options : variants()) {
    INFO(options.cell << ", image as " << options.image_as);
    Generator generator(2);
    Nic nic(options, kToy, generator);
    body(nic);
  }
}

}  // namespace

TEST_CASE("nic: teacher forcing and steps are two views of one distribution") {
  for_all_variants([](Nic& nic) { test::require_two_views_agree(nic, toy_features(3), 1e-5); });
}

TEST_CASE("nic: P(S | I) sums to one over all sentences") {
  for_all_variants([](Nic& nic) { test::require_sums_to_one(nic, toy_features(2), 4, 1e-5); });
}

TEST_CASE("nic: a wide beam finds the most probable caption, beam 1 is greedy") {
  for_all_variants([](Nic& nic) { test::require_search_is_exact(nic, toy_features(2), 3); });
}

TEST_CASE("nic: gradients of every parameter hold in double") {
  for_all_variants(
      [](Nic& nic) { test::require_gradients_hold(nic, toy_features(2, DType::float64), 4); });
}

TEST_CASE("nic: a batch of one gives what a batch of many gives") {
  for_all_variants([](Nic& nic) { test::require_batch_does_not_matter(nic, toy_features(4)); });
}

TEST_CASE("nic: the gradient reaches the features, for joint training") {
  Generator generator(2);
  const Nic nic(variants().front(), kToy, generator);
  const nn::Features features{
      .global = Variable(toy_features(2).global.value().clone(), true), .regions = {}, .mask = {}};
  backward(nic.log_likelihood(features, test::toy_captions(nic, 2, 1), {}, {}).total);
  const auto gradient = features.global.grad().span<float>();
  REQUIRE(std::any_of(gradient.begin(), gradient.end(), [](float g) { return g != 0; }));
}

TEST_CASE("nic: log-probabilities are those of the reference") {
  const test::ShowTell reference;
  test::require_golden_log_probabilities(reference.golden, reference.nic);
}

TEST_CASE("nic: losses and gradients are those of the reference") {
  const test::ShowTell reference;
  test::require_golden_losses(reference.golden, reference.nic);
}

TEST_CASE("nic: greedy and beam captions are those of the reference") {
  const test::ShowTell reference;
  test::require_golden_search(reference.golden, reference.nic);
}

TEST_CASE("nic: features of another kind or width are refused") {
  Generator generator(2);
  const Nic nic(variants().front(), kToy, generator);
  const data::CaptionBatch batch = test::toy_captions(nic, 2, 1);
  nn::Features regions;
  regions.regions = Variable(Tensor::zeros(Shape{2, 4, 3}));
  REQUIRE_THROWS_TEXT(nic.log_likelihood(regions, batch, {}, {}), InvalidArgument,
                      "nic: needs global features [B, 3]; got regions only");
  REQUIRE_THROWS_TEXT(nic.start({}), InvalidArgument,
                      "nic: needs global features [B, 3]; got none");
  nn::Features wide;
  wide.global = Variable(Tensor::zeros(Shape{2, 4}));
  REQUIRE_THROWS_TEXT(nic.start(wide), InvalidArgument,
                      "nic: was built for global features [B, 3]; got [2, 4]");
}

TEST_CASE("nic: options out of range are refused") {
  Generator generator;
  const auto make = [&](const std::string& name, const std::string& value) {
    return models::make_captioner("nic", {{name, value}}, kToy, generator);
  };
  REQUIRE_THROWS_TEXT(make("cell", "lstn"), InvalidArgument,
                      "model: cell must be one of lstm, gru, rnn; got \"lstn\"");
  REQUIRE_THROWS_TEXT(make("hiden", "3"), InvalidArgument,
                      "model: \"hiden\" is not known; did you mean \"hidden\"?");
  for (const char* width : {"embedding", "hidden", "layers"}) {
    INFO(width);
    REQUIRE_THROWS_AS(make(width, "1000000000"), InvalidArgument);
  }
  REQUIRE_THROWS_TEXT(make("init", "-1"), InvalidArgument, "nic: init must be at least 0; got -1");
  for (const std::string name : {"embedding", "hidden", "layers"}) {
    REQUIRE_THROWS_TEXT(make(name, "0"), InvalidArgument,
                        "nic: " + name + " must be at least 1; got 0");
  }
  for (const std::string name : {"dropout_input", "dropout_output"}) {
    for (const std::string value : {"1", "-0.1", "nan"})
      REQUIRE_THROWS_TEXT(make(name, value), InvalidArgument,
                          "nic: " + name + " must be in [0, 1); got " + value);
  }
  REQUIRE_THROWS_TEXT(make("forget_bias", "inf"), InvalidArgument,
                      "nic: forget_bias must be finite; got inf");
  REQUIRE_THROWS_TEXT(make("init", "inf"), InvalidArgument,
                      "nic: init must be at least 0; got inf");
  REQUIRE_THROWS_TEXT(models::make_captioner("nick", {}, kToy, generator), InvalidArgument,
                      "model: architecture \"nick\" is not known; did you mean \"nic\"?");
}

TEST_CASE("nic: weights start in their range, biases at zero") {
  Generator generator(3);
  const Nic nic({.embedding = 8, .hidden = 8}, kToy, generator);
  for (const auto& [name, variable] : nic.parameters()) {
    INFO(name);
    const double limit = variable.shape().rank() > 1 ? 0.08 : 0;
    for (const float value : variable.value().span<float>()) REQUIRE(std::abs(value) <= limit);
  }
}
