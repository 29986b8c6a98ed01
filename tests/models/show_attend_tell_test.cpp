#include "limn/models/show_attend_tell.h"

#include <numeric>

#include "limn/core/error.h"
#include "limn/ops/additive_attention.h"
#include "limn/ops/arithmetic.h"
#include "models/attention_penalty.h"
#include "models/drawn_regions.h"
#include "support/golden_captioner.h"
#include "support/region_properties.h"

using namespace limn;
using models::ShowAttendTell;
using models::ShowAttendTellOptions;

namespace {

constexpr models::CaptionerSizes kSmallSizes{.vocabulary = 5, .begin = 1, .end = 0, .features = 3};

std::unique_ptr<ShowAttendTell> small_show_attend_tell(ShowAttendTellOptions options) {
  options.embedding = 4;
  options.hidden = 3;
  options.attention_size = 5;
  Generator generator(2);
  return std::make_unique<ShowAttendTell>(options, kSmallSizes, generator);
}

void for_all_attention_variants(const std::function<void(std::unique_ptr<ShowAttendTell>)>& body) {
  const std::vector<ShowAttendTellOptions> variants = {
      {},
      {.attention = "hard"},
      {.region_embedding = 6, .gate = "none", .embedding_relu = true, .forget_bias = 1},
      {.region_embedding = 2, .activation = "relu", .gate = "vector", .readout = "hidden"},
      {.activation = "relu", .gate = "vector", .start = "linear", .readout = "hidden"},
  };
  for (std::size_t i = 0; i < variants.size(); ++i) {
    INFO("variant " << i);
    body(small_show_attend_tell(variants[i]));
  }
}

/// The model of sgrvinod's tutorial at a small size.
struct Tutorial {
  test::GoldenCaptioner golden{"sgr_soft_attention"};
  Generator generator;
  ShowAttendTell model{{.embedding = 16,
                        .hidden = 16,
                        .attention_size = 12,
                        .activation = "relu",
                        .gate = "vector",
                        .start = "linear",
                        .readout = "hidden"},
                       {.vocabulary = 23, .begin = 21, .end = 22, .features = 20},
                       generator};

  Tutorial() { golden.load_into(model); }
};

/// One caption of one image, hard attention's penalty alone, in float64.
struct HardAttention {
  std::unique_ptr<ShowAttendTell> model = small_show_attend_tell({.attention = "hard",
                                                                  .dropout_output = 0,
                                                                  .attention_penalty = 0,
                                                                  .reinforce_weight = 0.1,
                                                                  .entropy_weight = 0.3});
  nn::Features features = test::region_features(1, 3, DType::float64);
  data::CaptionBatch batch;

  explicit HardAttention(const std::vector<std::int32_t>& words)
      : batch(data::pack_captions(std::vector<data::EncodedCaption>{{.image = 0, .words = words}},
                                  model->begin(), model->end())) {
    for (auto [name, variable] : model->parameters())
      variable.value() = variable.value().to(DType::float64);
  }

  /// A training pass with these draws and this baseline.
  models::Likelihood draw(std::uint64_t seed, float baseline) const {
    Tensor moved = model->buffers()[0].second;
    moved.copy_from(Tensor::from(Shape{2}, std::vector<float>{baseline, 1}));
    Generator generator(seed);
    return model->log_likelihood(features, batch, {}, {true, &generator});
  }
  /// The mean log-probability of a word.
  double reward(const models::Likelihood& likelihood) const {
    const auto words = likelihood.log_probabilities.span<double>();
    return std::accumulate(words.begin(), words.end(), 0.0) / static_cast<double>(batch.words());
  }
};

}  // namespace

TEST_CASE("show_attend_tell: teacher forcing and steps are two views of one distribution") {
  for_all_attention_variants(
      [](auto model) { test::require_two_views_agree(*model, test::region_features(3, 3), 1e-5); });
}

TEST_CASE("show_attend_tell: P(S | I) sums to one over all sentences") {
  for_all_attention_variants(
      [](auto model) { test::require_sums_to_one(*model, test::region_features(2, 3), 4, 1e-5); });
}

TEST_CASE("show_attend_tell: a wide beam finds the most probable caption, beam 1 is greedy") {
  for_all_attention_variants(
      [](auto model) { test::require_search_is_exact(*model, test::region_features(2, 3), 3); });
}

TEST_CASE("show_attend_tell: gradients of every parameter hold in double") {
  for_all_attention_variants([](auto model) {
    test::require_gradients_hold(*model, test::region_features(2, 3, DType::float64), 4);
  });
}

TEST_CASE("show_attend_tell: a batch of one gives what a batch of many gives") {
  for_all_attention_variants(
      [](auto model) { test::require_batch_does_not_matter(*model, test::region_features(4, 3)); });
}

TEST_CASE("show_attend_tell: masked regions have no influence, whatever they hold") {
  for_all_attention_variants(
      [](auto model) { test::require_masks_hold(*model, test::region_features(3, 3)); });
}

TEST_CASE("show_attend_tell: says where it looks") {
  for_all_attention_variants(
      [](auto model) { test::require_attention_is_said(*model, test::region_features(3, 3)); });
}

TEST_CASE("show_attend_tell: a model file holds all of it") {
  for_all_attention_variants([](auto model) {
    test::require_file_holds_all(std::move(model), test::region_features(3, 3));
  });
}

TEST_CASE("show_attend_tell: dropout draws in training only") {
  for_all_attention_variants([](auto model) {
    test::require_dropout_draws_in_training(*model, test::region_features(2, 3));
  });
}

TEST_CASE("show_attend_tell: log-probabilities are those of the reference") {
  const Tutorial reference;
  test::require_golden_log_probabilities(reference.golden, reference.model);
}

TEST_CASE("show_attend_tell: losses, penalty and gradients are those of the reference") {
  const Tutorial reference;
  test::require_golden_losses(reference.golden, reference.model);
}

TEST_CASE("show_attend_tell: attention is that of the reference") {
  const NoGradGuard guard;
  const Tutorial reference;
  const data::CaptionBatch batch = reference.golden.captions(reference.model);
  const Tensor theirs = reference.golden.file.tensor("attention");  // [6, 9, 7]
  decode::State state =
      reference.model.reorder(reference.model.start(reference.golden.features), batch.images);
  for (std::int64_t t = 0; t < batch.packing.steps(); ++t) {
    const std::int64_t begin = batch.packing.offset(t), rows = batch.packing.rows(t);
    std::vector<std::int64_t> alive(static_cast<std::size_t>(rows));
    for (std::int64_t row = 0; row < rows; ++row) alive[static_cast<std::size_t>(row)] = row;
    state = reference.model.reorder(state, alive);
    reference.model.step(
        state, std::span(batch.inputs).subspan(static_cast<std::size_t>(begin), alive.size()));
    const Tensor mine = reference.model.attention(state);
    for (std::int64_t row = 0; row < rows; ++row) {
      const std::int64_t caption = batch.order[static_cast<std::size_t>(row)];
      for (std::int64_t r = 0; r < 7; ++r) {
        REQUIRE(mine.data<float>()[row * 7 + r] ==
                Approx(theirs.data<float>()[(caption * 9 + t) * 7 + r]).margin(1e-5));
      }
    }
  }
}

// The reference's beam narrows with each caption that ends; what it finds is found here too.
TEST_CASE("show_attend_tell: greedy and beam captions are those of the reference") {
  const Tutorial reference;
  for (const std::string name : {"greedy", "beam3", "beam5"}) {
    const Shape shape = reference.golden.file.shape(name + "/ids");
    const auto ids = test::golden_ids(reference.golden.file, name + "/ids");
    const auto scores = reference.golden.values(name + "/scores");
    const auto found = decode::beam_search(reference.model, reference.golden.features,
                                           {.beam = static_cast<int>(shape[1]), .max_length = 50});
    for (std::int64_t image = 0; image < shape[0]; ++image) {
      const auto begin = ids.begin() + image * shape[1] * shape[2];
      if (*begin == -1) continue;
      INFO(name << ", image " << image);
      const decode::Hypothesis& mine = found[static_cast<std::size_t>(image)].front();
      REQUIRE(mine.words ==
              std::vector<std::int32_t>(begin, std::find(begin, begin + shape[2], 22)));
      REQUIRE(mine.score ==
              Approx(scores[static_cast<std::size_t>(image * shape[1])]).margin(1e-4));
    }
  }
}

TEST_CASE("doubly stochastic attention of hand-worked values") {
  // Two captions of two and one steps; the second one's image has one region.
  const std::vector<Variable> attention = {Variable(test::doubles(Shape{2, 2}, {0.5, 0.5, 1, 0})),
                                           Variable(test::doubles(Shape{1, 2}, {0.9, 0.1}))};
  const Tensor mask = Tensor::from(Shape{2, 2}, std::vector<std::uint8_t>{1, 0, 1, 1});
  const std::vector<std::int64_t> images = {1, 0};
  // ((0.4² + 0.4²)/2 + 0²)/2
  REQUIRE(models::doubly_stochastic(attention, mask, images).value().item() == Approx(0.08));
  // ((0.4² + 0.4²)/2 + (0² + 1²)/2)/2
  REQUIRE(models::doubly_stochastic(attention, {}, images).value().item() == Approx(0.33));
}

TEST_CASE("drawn regions: one of each row, as often as its share, never one that is not there") {
  const Variable scores(test::doubles(Shape{1, 3}, {std::log(0.2), std::log(0.8), 5}));
  const Variable attention(test::doubles(Shape{1, 3}, {0.2, 0.8, 0}));
  Generator generator(1);
  double second = 0;
  constexpr int kTimes = 2000;
  for (int i = 0; i < kTimes; ++i) {
    const auto drawn = models::draw_regions(scores, attention, generator);
    const auto one_hot = test::elements_of(drawn.one_hot.value());
    REQUIRE(one_hot[0] + one_hot[1] == 1);
    REQUIRE(one_hot[2] == 0);
    second += one_hot[1];
    const auto choice = test::elements_of(drawn.choice.value());
    REQUIRE(choice[0] == Approx(std::log(one_hot[1] == 1 ? 0.8 : 0.2)));
    REQUIRE(choice[1] == Approx(-0.2 * std::log(0.2) - 0.8 * std::log(0.8)));
  }
  REQUIRE(second / kTimes == Approx(0.8).margin(0.03));
}

TEST_CASE("drawn regions: nothing is drawn from NaN") {
  Generator generator(1);
  const Variable scores(Tensor::full(Shape{2, 3}, std::numeric_limits<double>::quiet_NaN()));
  REQUIRE_THROWS_TEXT(models::draw_regions(scores, scores, generator), NumericalError,
                      "draw_regions: the attention of row 0 is NaN; do the weights or the features "
                      "hold NaN or infinity?");
}

TEST_CASE("the reward of drawn regions of hand-worked values, and its moving baseline") {
  const std::vector<std::int64_t> lengths = {2, 1};
  const Packing packing = Packing::of(lengths);
  const Tensor log_p = test::doubles(Shape{3}, {-1, -2, -3});  // captions: (-1, -3) and (-2)
  const std::vector<Variable> choices = {Variable(test::doubles(Shape{2, 2}, {-1, 0.5, -2, 0.25})),
                                         Variable(test::doubles(Shape{1, 2}, {-4, 1}))};
  const auto loss = [&](Tensor& baseline) {
    return models::reinforce_regions(
               {packing, log_p, choices, /*reward_weight=*/0.5, /*entropy_weight=*/0.1}, baseline)
        .value()
        .item();
  };
  Tensor baseline = Tensor::zeros(Shape{2});
  // Rewards are −2 and −2, so is the first baseline: only the entropy counts.
  REQUIRE(loss(baseline) == Approx(-0.1 * 1.75 / 3));
  REQUIRE(baseline.data<float>()[0] == Approx(-2));
  baseline.data<float>()[0] = -3;
  // Each reward is 1 above the baseline.
  REQUIRE(loss(baseline) == Approx(-(0.5 * (-1 - 2 - 4) + 0.1 * 1.75) / 3));
  REQUIRE(baseline.data<float>()[0] == Approx(-2.9));
}

TEST_CASE("drawn regions: gradients of the choices") {
  const Tensor mask = Tensor::from(Shape{2, 4}, std::vector<std::uint8_t>{1, 1, 1, 1, 1, 0, 1, 1});
  const std::vector<std::int64_t> images = {0, 1, 1};
  test::require_gradients(
      [&](const auto& in) {
        Generator generator(1);
        const Variable attention = ops::masked_softmax(in[0], mask, images);
        return models::draw_regions(in[0], attention, generator).choice;
      },
      {test::random_tensor(Shape{3, 4}, 1)});
}

TEST_CASE("the reward of drawn regions: each choice learns from the reward of its caption") {
  const std::vector<std::int64_t> lengths = {2, 1};
  const Packing packing = Packing::of(lengths);
  const Tensor log_p = test::doubles(Shape{3}, {-1, -5, -3});  // captions: (-1, -3) and (-5)
  const std::vector<Variable> choices = {
      Variable(Tensor::zeros(Shape{2, 2}, DType::float64), true),
      Variable(Tensor::zeros(Shape{1, 2}, DType::float64), true)};
  Tensor baseline = Tensor::from(Shape{2}, std::vector<float>{-3, 1});
  // The rewards are 1 above the baseline and 2 below.
  backward(models::reinforce_regions({packing, log_p, choices, /*reward_weight=*/0.6,
                                      /*entropy_weight=*/0.3},
                                     baseline));
  test::require_close(choices[0].grad(), test::doubles(Shape{2, 2}, {-0.2, -0.1, 0.4, -0.1}),
                      1e-12);
  test::require_close(choices[1].grad(), test::doubles(Shape{1, 2}, {-0.2, -0.1}), 1e-12);
}

TEST_CASE("hard attention: the penalty of one word is that of a region by its attention") {
  const HardAttention hard({});
  decode::State state = hard.model->start(hard.features);
  hard.model->step(state, std::vector{hard.model->begin()});
  const auto attention = test::elements_of(hard.model->attention(state));
  double entropy = 0;
  for (const double share : attention) entropy -= share * std::log(share);
  int drawn = 0;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const models::Likelihood likelihood = hard.draw(seed, -10);
    if (!likelihood.penalty.defined()) continue;
    ++drawn;
    const double reward = hard.reward(likelihood) + 10;
    REQUIRE(std::any_of(attention.begin(), attention.end(), [&](double share) {
      return likelihood.penalty.value().item() ==
             Approx(-0.1 * reward * std::log(share) - 0.3 * entropy);
    }));
  }
  REQUIRE(drawn > 0);
}

TEST_CASE("hard attention: gradients of the penalty, rewards held fixed") {
  const HardAttention hard({2, 3, 2});
  const double reward = hard.reward(hard.draw(4, -3));
  test::require_gradients_of(
      hard.model->parameters(),
      [&] {
        const models::Likelihood drawn = hard.draw(4, -3);
        // As it would be with the first reward: a change of that is one of the baseline.
        const Variable slope = ops::subtract(hard.draw(4, -2).penalty, drawn.penalty);
        return ops::add(drawn.penalty, ops::affine(slope, hard.reward(drawn) - reward));
      },
      6);
}

TEST_CASE("hard attention draws in half of the training batches and keeps its baseline") {
  const auto model = small_show_attend_tell({.attention = "hard", .attention_penalty = 0});
  const nn::Features features = test::region_features(3, 3);
  const data::CaptionBatch batch = test::toy_captions(*model, 3, 1);
  Generator generator(4);
  int drawn = 0;
  for (int i = 0; i < 100; ++i) {
    drawn += model->log_likelihood(features, batch, {}, {true, &generator}).penalty.defined();
  }
  REQUIRE(drawn > 30);
  REQUIRE(drawn < 70);
  REQUIRE(model->buffers()[0].first == "baseline");
  REQUIRE(model->buffers()[0].second.data<float>()[0] < 0);
  REQUIRE_FALSE(model->log_likelihood(features, batch, {}, {}).penalty.defined());
}

TEST_CASE("hard attention draws nothing where no penalty is asked for") {
  const auto model = small_show_attend_tell({.attention = "hard", .dropout_output = 0});
  const nn::Features features = test::region_features(3, 3);
  const data::CaptionBatch batch = test::toy_captions(*model, 3, 1);
  const double mean = model->log_likelihood(features, batch, {}, {}).total.value().item();
  Generator generator(4);
  for (int i = 0; i < 10; ++i) {
    const auto likelihood =
        model->log_likelihood(features, batch, {.penalty = false}, {true, &generator});
    REQUIRE(likelihood.total.value().item() == mean);
    REQUIRE_FALSE(likelihood.penalty.defined());
  }
  REQUIRE(model->buffers()[0].second.data<float>()[1] == 0);
}

TEST_CASE("hard attention without random numbers is refused in training") {
  const auto model = small_show_attend_tell({.attention = "hard", .dropout_output = 0});
  const data::CaptionBatch batch = test::toy_captions(*model, 3, 1);
  REQUIRE_THROWS_TEXT(
      model->log_likelihood(test::region_features(3, 3), batch, {}, {.training = true}),
      InvalidArgument,
      "show_attend_tell: hard attention draws in training; the pass has no generator");
}

TEST_CASE("show_attend_tell: options out of range are refused") {
  Generator generator;
  const auto make = [&](const std::string& name, const std::string& value) {
    return models::make_captioner("show_attend_tell", {{name, value}},
                                  {.vocabulary = 5, .features = 3}, generator);
  };
  for (const std::string name : {"embedding", "hidden", "attention_size"}) {
    REQUIRE_THROWS_TEXT(make(name, "0"), InvalidArgument,
                        "show_attend_tell: " + name + " must be at least 1; got 0");
    REQUIRE_THROWS_PART(make(name, "1000000000"), InvalidArgument, "there may be at most 1e+09");
  }
  REQUIRE_THROWS_TEXT(make("dropout_output", "1"), InvalidArgument,
                      "show_attend_tell: dropout_output must be in [0, 1); got 1");
  REQUIRE_THROWS_TEXT(make("attention_penalty", "-1"), InvalidArgument,
                      "show_attend_tell: attention_penalty must be at least 0; got -1");
  ShowAttendTellOptions options;
  options.gate = "tensor";
  REQUIRE_THROWS_TEXT(ShowAttendTell(options, kSmallSizes, generator), InvalidArgument,
                      "show_attend_tell: gate must be scalar or vector or none; got \"tensor\"");
}

TEST_CASE("show_attend_tell: features of another kind or size are refused") {
  const auto model = small_show_attend_tell({});
  const nn::Features features = test::region_features(2, 3);
  REQUIRE_THROWS_TEXT(model->start({.global = features.global, .regions = {}, .mask = {}}),
                      InvalidArgument,
                      "show_attend_tell: needs regions [B, R, 3]; got global features only");
  REQUIRE_THROWS_TEXT(model->start(test::region_features(2, 4)), InvalidArgument,
                      "show_attend_tell: was built for regions [B, R, 3]; got [2, 4, 4]");
}

TEST_CASE("the registry says of each architecture whether it reads regions") {
  Generator generator;
  for (const models::Architecture& architecture : models::architectures()) {
    INFO(architecture.name);
    std::map<std::string, std::string> options;
    for (const OptionHelp& help : models::architecture_options(architecture.name))
      if (help.name == "layers") options["layers"] = "1";  // there are large ones
    const auto model = models::make_captioner(architecture.name, options,
                                              {.vocabulary = 5, .features = 3}, generator);
    REQUIRE(model->needs_regions() == architecture.regions);
    REQUIRE(model->architecture() == architecture.name);
    REQUIRE_FALSE(architecture.summary.empty());
  }
}
