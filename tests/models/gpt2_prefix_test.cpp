#include "limn/models/gpt2_prefix.h"

#include "limn/core/error.h"
#include "support/difference.h"
#include "support/golden_captioner.h"
#include "support/region_properties.h"

using namespace limn;
using models::Gpt2Prefix;
using models::Gpt2PrefixOptions;

namespace {

constexpr models::CaptionerSizes kFewWords{.vocabulary = 5, .begin = 1, .end = 0, .features = 3};
constexpr models::Gpt2Options kSmallGpt2{
    .width = 6, .heads = 3, .layers = 2, .feed_forward = 7, .positions = 12};

nn::Features image_vectors_of(std::int64_t images, DType dtype = DType::float32) {
  return {.global = Variable(test::random_tensor(Shape{images, 3}, 12, dtype)),
          .regions = {},
          .mask = {}};
}

/// Weights large enough for images and words to matter.
void enlarge_weights(Gpt2Prefix& model) {
  Generator generator(4);
  for (const auto& [name, values] : model.state_dict()) {
    Tensor shared = values;
    if (values.shape().rank() > 1) generator.fill_normal(shared, 0, 0.5);
  }
}

const std::vector<Gpt2PrefixOptions> kPrefixVariants = {
    {.gpt2 = kSmallGpt2, .prefix = 3},
    {.gpt2 = kSmallGpt2, .prefix = 1},
    {.gpt2 = kSmallGpt2, .prefix = 0},
    {.gpt2 = kSmallGpt2,
     .prefix = 2,
     .mapper = "transformer",
     .mapper_layers = 2,
     .mapper_heads = 2,
     .mapper_inputs = 3},
};

void for_all_prefixes(const std::function<void(Gpt2Prefix&)>& body) {
  for (const Gpt2PrefixOptions& options : kPrefixVariants) {
    INFO(options.mapper << ", prefix " << options.prefix);
    Generator generator(2);
    Gpt2Prefix model(options, kFewWords, generator);
    enlarge_weights(model);
    body(model);
  }
}

/// ClipCap from its equations in PyTorch (data_scripts/golden_clip_cap.py).
struct GoldenClipCap {
  explicit GoldenClipCap(const std::string& mapper)
      : golden("clip_cap_" + mapper),
        model({.gpt2 = {.width = 16, .heads = 4, .layers = 2, .feed_forward = 32, .positions = 14},
               .prefix = 3,
               .mapper = mapper,
               .mapper_layers = 2,
               .mapper_inputs = 2},
              {.vocabulary = 23, .begin = 22, .end = 9, .features = 12}, generator) {
    golden.load_into(model);
  }

  test::GoldenCaptioner golden;
  Generator generator;
  Gpt2Prefix model;
};

/// GPT2LMHeadModel of transformers 5.23 at a small size, which sees no image.
struct GoldenGpt2 {
  test::GoldenCaptioner golden{"gpt2", {{"gpt.", ""}}};
  Generator generator;
  Gpt2Prefix model{
      {.gpt2 = {.width = 16, .heads = 4, .layers = 2, .feed_forward = 64, .positions = 32},
       .prefix = 0},
      {.vocabulary = 23, .begin = 22, .end = 4, .features = 1},
      generator};

  GoldenGpt2() {
    golden.features.global = Variable(Tensor::zeros(Shape{1, 1}));
    golden.load_into(model);
  }
};

}  // namespace

TEST_CASE("gpt2_prefix: teacher forcing and steps are two views of one distribution") {
  for_all_prefixes(
      [](Gpt2Prefix& g) { test::require_two_views_agree(g, image_vectors_of(3), 1e-5); });
}

TEST_CASE("gpt2_prefix: P(S | I) sums to one over all sentences") {
  for_all_prefixes(
      [](Gpt2Prefix& g) { test::require_sums_to_one(g, image_vectors_of(2), 4, 1e-5); });
}

TEST_CASE("gpt2_prefix: a wide beam finds the most probable caption, beam 1 is greedy") {
  for_all_prefixes([](Gpt2Prefix& g) { test::require_search_is_exact(g, image_vectors_of(2), 3); });
}

TEST_CASE("gpt2_prefix: gradients of every parameter hold in double") {
  for_all_prefixes([](Gpt2Prefix& g) {
    test::require_gradients_hold(g, image_vectors_of(2, DType::float64), 3);
  });
}

TEST_CASE("gpt2_prefix: a batch of one gives what a batch of many gives") {
  for_all_prefixes(
      [](Gpt2Prefix& g) { test::require_batch_does_not_matter(g, image_vectors_of(4)); });
}

TEST_CASE("gpt2_prefix: dropout draws in training only") {
  for_all_prefixes(
      [](Gpt2Prefix& g) { test::require_dropout_draws_in_training(g, image_vectors_of(2)); });
}

TEST_CASE("gpt2_prefix: a model file holds all of it") {
  for (Gpt2PrefixOptions options : kPrefixVariants) {
    Generator generator(2);
    options.frozen = options.prefix == 1;
    auto model = std::make_unique<Gpt2Prefix>(options, kFewWords, generator);
    enlarge_weights(*model);
    test::require_file_holds_all(std::move(model), image_vectors_of(3));
  }
}

TEST_CASE("gpt2_prefix: log-probabilities, losses and gradients are those of ClipCap's equations") {
  for (const std::string mapper : {"mlp", "transformer"}) {
    INFO(mapper);
    const GoldenClipCap reference(mapper);
    test::require_golden_log_probabilities(reference.golden, reference.model);
    test::require_golden_losses(reference.golden, reference.model);
    test::require_golden_greedy(reference.golden, reference.model);
  }
}

TEST_CASE("gpt2: log-probabilities, losses and gradients are those of transformers") {
  const GoldenGpt2 reference;
  test::require_golden_log_probabilities(reference.golden, reference.model);
  test::require_golden_losses(reference.golden, reference.model);
}

TEST_CASE("gpt2: greedy and beam texts are those of transformers") {
  const GoldenGpt2 reference;
  test::require_golden_greedy(reference.golden, reference.model);
  test::require_golden_beam(reference.golden, reference.model, "beam3");
  test::require_golden_beam(reference.golden, reference.model, "beam5");
}

TEST_CASE("gpt2_prefix: a frozen language model is the same, but only the mapper learns") {
  Gpt2PrefixOptions options = kPrefixVariants.front();
  Generator generator(2);
  Gpt2Prefix tuned(options, kFewWords, generator);
  enlarge_weights(tuned);
  options.frozen = true;
  Gpt2Prefix frozen(options, kFewWords, generator);
  const auto state = tuned.state_dict();
  frozen.load_state_dict({state.begin(), state.end()});
  const nn::Features features = image_vectors_of(2);
  const data::CaptionBatch batch = test::toy_captions(tuned, 2, 1);
  const auto run = [&](const Gpt2Prefix& model, const nn::Pass& pass) {
    const auto likelihood = model.log_likelihood(features, batch, {}, pass);
    backward(likelihood.total);
    return test::elements_of<float>(likelihood.log_probabilities);
  };
  const std::vector<float> expected = run(tuned, {});
  frozen.set_trainable(true);
  // It has no dropout, so a training pass gives the same.
  REQUIRE(test::largest_difference(run(frozen, {true, &generator}), expected) < 1e-6);
  REQUIRE(frozen.parameters().size() == 4);
  std::map<std::string, Variable> others(tuned.parameters().begin(), tuned.parameters().end());
  for (const auto& [name, parameter] : frozen.parameters()) {
    INFO(name);
    REQUIRE(name.starts_with("clip_project."));
    REQUIRE(test::largest_difference(parameter.grad(), others.at(name).grad()) < 1e-5);
  }
}

TEST_CASE("gpt2_prefix: the last vector stands in the place of the begin word") {
  for_all_prefixes([](Gpt2Prefix& g) {
    const bool blind = g.parameters().back().first.starts_with("gpt.");
    const auto first = [&](std::int32_t word) {
      decode::State state = g.start(image_vectors_of(1));
      return test::elements_of<float>(g.step(state, std::vector{word}));
    };
    REQUIRE((first(1) == first(4)) == !blind);
  });
}

TEST_CASE("gpt2_prefix: hypotheses keep their own image and past when a search reorders them") {
  for_all_prefixes([](Gpt2Prefix& g) {
    const nn::Features features = image_vectors_of(2);
    const NoGradGuard guard;
    decode::State state = g.start(features);
    state = g.reorder(state, std::vector<std::int64_t>{1, 0});
    g.step(state, std::vector<std::int32_t>{1, 1});
    decode::State crossed = g.reorder(state, std::vector<std::int64_t>{0, 1, 0});
    g.step(crossed, std::vector<std::int32_t>{2, 3, 4});
    decode::State last = g.reorder(crossed, std::vector<std::int64_t>{2, 1});
    const Tensor scores = g.step(last, std::vector<std::int32_t>{3, 2});
    const std::vector<std::vector<std::int32_t>> said = {{1, 4, 3}, {1, 3, 2}};
    for (std::int64_t row = 0; row < 2; ++row) {
      decode::State alone = g.start(test::one_image(features, 1 - row));
      Tensor expected;
      for (const std::int32_t word : said[static_cast<std::size_t>(row)])
        expected = g.step(alone, std::vector{word});
      REQUIRE(test::largest_difference(scores.rows(row, row + 1).clone(), expected) < 1e-5);
    }
  });
}

TEST_CASE("gpt2_prefix: features of another kind or width and too long captions are refused") {
  Generator generator;
  const Gpt2Prefix model(kPrefixVariants.front(), kFewWords, generator);
  REQUIRE_THROWS_TEXT(model.start({}), InvalidArgument,
                      "gpt2_prefix: needs global features [B, 3]; got none");
  nn::Features features;
  features.global = Variable(Tensor::zeros(Shape{1, 4}));
  REQUIRE_THROWS_TEXT(model.start(features), InvalidArgument,
                      "gpt2_prefix: was built for global features [B, 3]; got [1, 4]");
  const auto captions = [&](std::size_t words) {
    const std::vector<data::EncodedCaption> all = {{0, std::vector<std::int32_t>(words, 2)}};
    return data::pack_captions(all, model.begin(), model.end());
  };
  model.log_likelihood(image_vectors_of(1), captions(9), {}, {});
  REQUIRE_THROWS_TEXT(model.log_likelihood(image_vectors_of(1), captions(10), {}, {}),
                      InvalidArgument, "gpt2: the language model has 12 positions; got more words");
}

TEST_CASE("gpt2_prefix: options out of range are refused") {
  Generator generator;
  const auto make = [&](std::map<std::string, std::string> options) {
    return models::make_captioner("gpt2_prefix", options, kFewWords, generator);
  };
  for (const std::string name : {"width", "heads", "layers", "feed_forward", "positions",
                                 "mapper_layers", "mapper_heads", "mapper_inputs"}) {
    REQUIRE_THROWS_TEXT(make({{name, "0"}}), InvalidArgument,
                        "gpt2_prefix: " + name + " must be at least 1; got 0");
  }
  REQUIRE_THROWS_TEXT(make({{"prefix", "-1"}}), InvalidArgument,
                      "gpt2_prefix: prefix must be at least 0; got -1");
  REQUIRE_THROWS_TEXT(make({{"prefix", "20"}, {"positions", "20"}}), InvalidArgument,
                      "gpt2_prefix: prefix must be less than positions; got 20 and 20");
  REQUIRE_THROWS_AS(make({{"prefix", "100000"}, {"positions", "100001"}}), InvalidArgument);
  REQUIRE_THROWS_TEXT(make({{"mapper", "gru"}}), InvalidArgument,
                      "model: mapper must be one of mlp, transformer; got \"gru\"");
  REQUIRE_THROWS_TEXT(make({{"mapper", "transformer"}, {"mapper_heads", "7"}}), InvalidArgument,
                      "gpt2_prefix: width must be a multiple of mapper_heads; got 768 and 7");
  REQUIRE_THROWS_TEXT(make({{"prefix", "0"}, {"frozen", "true"}}), InvalidArgument,
                      "gpt2_prefix: nothing is left to learn without a prefix and with a frozen "
                      "language model");
}
