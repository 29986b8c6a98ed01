#include "limn/train/self_critical.h"

#include "limn/core/error.h"
#include "support/captioner_properties.h"
#include "support/region_properties.h"
#include "support/show_tell.h"
#include "train/toy_nic.h"

using namespace limn;
using train::Baseline;
using train::policy_gradient;
using train::SaidCaption;

namespace {

/// Two samples of each of three images; one of them has no end.
std::vector<SaidCaption> reference_captions(const test::GoldenCaptioner& golden) {
  const std::vector<double> scores = golden.values("input/sample_scores");
  std::vector<SaidCaption> captions;
  for (std::size_t k = 0; k < scores.size(); ++k) {
    const auto row = static_cast<std::int64_t>(k);
    auto words = test::golden_words(golden, "input/samples", row);
    const bool finished = words.size() < 8;
    captions.push_back({row / 2, std::move(words), finished, scores[k]});
  }
  return captions;
}

/// What the toy's captions are worth: each word 2 more than the others, and the end.
double toy_reward(std::int64_t image, std::span<const std::int32_t> words, bool finished) {
  double reward = finished ? 0.5 : 0;
  for (const std::int32_t word : words) reward += word == 2 + image ? 1 : -0.2;
  return reward;
}

constexpr std::int64_t kLongest = 3;

/// E[r] over all captions of at most three words of each image, on average.
double expected_reward(const models::Captioner& captioner, const nn::Features& features) {
  const NoGradGuard guard;
  double sum = 0;
  for (std::int64_t image = 0; image < features.images(); ++image) {
    std::vector<std::int32_t> said;
    const std::function<double(const decode::State&, std::int32_t)> go_on =
        [&](const decode::State& before, std::int32_t word) {
          decode::State state = before;
          const Tensor scores = captioner.step(state, std::vector{word});
          double value = 0;
          for (std::int32_t next = 0; next < captioner.vocabulary_size(); ++next) {
            const double p = std::exp(scores.data<double>()[next]);
            if (next == captioner.end()) {
              value += p * toy_reward(image, said, true);
              continue;
            }
            said.push_back(next);
            value += p * (std::ssize(said) == kLongest ? toy_reward(image, said, false)
                                                       : go_on(state, next));
            said.pop_back();
          }
          return value;
        };
    sum += go_on(captioner.start(test::one_image(features, image)), captioner.begin());
  }
  return sum / static_cast<double>(features.images());
}

train::SelfCriticalOptions toy_options(Baseline baseline, std::int64_t samples) {
  return {.baseline = baseline, .samples = samples, .max_length = kLongest, .never_said = {1}};
}

}  // namespace

TEST_CASE("self-critical losses and gradients are those of the reference") {
  const test::ShowTell reference;
  std::vector<SaidCaption> captions = reference_captions(reference.golden);
  const auto loss = [&] {
    return policy_gradient(reference.nic, reference.golden.features, captions, {});
  };
  const std::vector<double> greedy = reference.golden.values("input/greedy_scores");
  for (SaidCaption& caption : captions)
    caption.baseline = greedy[static_cast<std::size_t>(caption.image)];
  reference.require_loss("scst", loss().loss);
  train::compare_with_others(captions);
  reference.require_loss("nsc", loss().loss);
}

TEST_CASE("baselines are means over the captions of an image") {
  std::vector<SaidCaption> captions{
      {0, {}, true, 1}, {0, {}, true, 2}, {0, {}, true, 6}, {1, {}, true, 5}};
  train::compare_with_others(captions);
  REQUIRE(captions[0].baseline == 4);
  REQUIRE(captions[1].baseline == 3.5);
  REQUIRE(captions[2].baseline == 1.5);
  REQUIRE(captions[3].baseline == 5);
  train::compare_with_mean(captions);
  REQUIRE(captions[0].baseline == 3);
  REQUIRE(captions[3].baseline == 5);
}

TEST_CASE("a caption without an end has none among its words") {
  const auto nic = test::toy_nic();
  const nn::Features features = test::toy_features(1);
  const std::vector<SaidCaption> cut{{0, {2, 3}, false, 1.5}};
  const std::vector<SaidCaption> whole{{0, {2, 3}, true, 1.5}};
  const auto without = policy_gradient(*nic, features, cut, {});
  const auto with = policy_gradient(*nic, features, whole, {});
  REQUIRE(without.words == 2);
  REQUIRE(with.words == 3);
  REQUIRE(without.loss.value().item() == Approx(-1.5 * without.log_probability / 2));
  REQUIRE(with.loss.value().item() == Approx(-1.5 * with.log_probability / 3));
  REQUIRE(with.log_probability < without.log_probability);
  REQUIRE(with.reward == 1.5);
  REQUIRE(with.said == 1);
}

TEST_CASE("every baseline's loss has its gradient in double") {
  for (const Baseline baseline : {Baseline::others, Baseline::greedy, Baseline::beam}) {
    const auto nic = test::toy_nic();
    const nn::Features features = test::toy_features(2);
    Generator generator(3);
    const auto captions =
        say_captions(*nic, features, toy_reward, toy_options(baseline, 4), generator);
    REQUIRE(captions.size() == 8);
    for (const auto& [name, variable] : nic->parameters()) REQUIRE_FALSE(variable.has_grad());
    test::require_loss_has_gradient(
        *nic, [&] { return policy_gradient(*nic, features, captions, {}).loss; });
  }
}

TEST_CASE("captions are weighed against the others, the greedy one and the beam's mean") {
  const auto nic = test::toy_nic();
  const nn::Features features = test::toy_features(2);
  for (const Baseline baseline : {Baseline::others, Baseline::greedy, Baseline::beam}) {
    Generator generator(3);
    const auto captions =
        say_captions(*nic, features, toy_reward, toy_options(baseline, 4), generator);
    std::vector<SaidCaption> again = captions;
    if (baseline == Baseline::others) train::compare_with_others(again);
    if (baseline == Baseline::beam) train::compare_with_mean(again);
    if (baseline == Baseline::greedy) {
      const auto best = decode::greedy(
          *nic, features,
          {.max_length = kLongest, .forbidden = {1}, .at_limit = decode::AtLimit::keep});
      for (SaidCaption& caption : again) {
        const auto& one = best[static_cast<std::size_t>(caption.image)];
        caption.baseline = toy_reward(caption.image, one.words, one.finished);
      }
    }
    for (std::size_t k = 0; k < captions.size(); ++k) {
      REQUIRE(captions[k].image == static_cast<std::int64_t>(k) / 4);
      REQUIRE(captions[k].reward ==
              toy_reward(captions[k].image, captions[k].words, captions[k].finished));
      REQUIRE(captions[k].baseline == Approx(again[k].baseline));
      REQUIRE((captions[k].finished || std::ssize(captions[k].words) == kLongest));
    }
  }
}

TEST_CASE(
    "hard attention learns where to look as it said the captions, by the mean of the regions") {
  Generator generator(2);
  const auto model = models::make_captioner(
      "show_attend_tell", {{"attention", "hard"}, {"dropout_output", "0"}, {"hidden", "4"}},
      test::kToySizes, generator);
  const nn::Features features = test::region_features(1, 3);
  const std::vector<SaidCaption> captions{{0, {2, 3}, true, 1.5}};
  const auto gradient_of_scores = [&](const nn::Pass& pass) {
    model->clear_grad();
    backward(policy_gradient(*model, features, captions, pass).loss);
    for (const auto& [name, variable] : model->parameters()) {
      if (name != "attention.decoder_att.weight") continue;
      const auto gradient = variable.grad().span<float>();
      return std::vector<float>(gradient.begin(), gradient.end());
    }
    return std::vector<float>();
  };
  const std::vector<float> said = gradient_of_scores({});
  REQUIRE(std::any_of(said.begin(), said.end(), [](float g) { return g != 0; }));
  for (int i = 0; i < 10; ++i) REQUIRE(gradient_of_scores({true, &generator}) == said);
}

TEST_CASE("with either sampled baseline the mean gradient is that of the expected reward") {
  constexpr std::int64_t kSamples = 12000;
  for (const Baseline baseline : {Baseline::others, Baseline::greedy}) {
    const auto nic = test::toy_nic();
    const nn::Features features = test::toy_features(2);
    Generator generator(8);
    const auto captions =
        say_captions(*nic, features, toy_reward, toy_options(baseline, kSamples), generator);
    const auto result = policy_gradient(*nic, features, captions, {});
    REQUIRE(result.reward / static_cast<double>(result.said) ==
            Approx(expected_reward(*nic, features)).margin(0.02));
    backward(result.loss);
    const double scale = static_cast<double>(result.words) / static_cast<double>(result.said);
    double difference = 0, size = 0;
    for (const auto& [name, variable] : nic->parameters()) {
      const double* gradient = variable.grad().data<double>();
      for (std::int64_t e = 0; e < variable.value().elements(); e += 7) {
        const double exact = test::numeric_gradient(
            variable.value(), e, [&] { return -expected_reward(*nic, features); });
        difference += std::pow(scale * gradient[e] - exact, 2);
        size += exact * exact;
      }
    }
    INFO("baseline " << static_cast<int>(baseline));
    REQUIRE(size > 0.001);
    REQUIRE(std::sqrt(difference / size) < 0.1);
  }
}

TEST_CASE("every baseline moves the model towards reward") {
  for (const Baseline baseline : {Baseline::others, Baseline::greedy, Baseline::beam}) {
    const auto nic = test::toy_nic();
    const nn::Features features = test::toy_features(2);
    const double before = expected_reward(*nic, features);
    Generator generator(9);
    for (int step = 0; step < 60; ++step) {
      const auto captions =
          say_captions(*nic, features, toy_reward, toy_options(baseline, 5), generator);
      nic->clear_grad();
      backward(policy_gradient(*nic, features, captions, {}).loss);
      for (const auto& [name, variable] : nic->parameters()) {
        Tensor values = variable.value();
        for (std::int64_t e = 0; e < values.elements(); ++e)
          values.data<double>()[e] -= 0.5 * variable.grad().data<double>()[e];
      }
    }
    INFO("baseline " << static_cast<int>(baseline) << ", before " << before);
    REQUIRE(expected_reward(*nic, features) > before + 0.5);
  }
}

TEST_CASE("too few captions for a baseline, and none at all, are refused") {
  const auto nic = test::toy_nic();
  Generator generator;
  const auto say = [&](Baseline baseline, std::int64_t samples) {
    return say_captions(*nic, test::toy_features(1), toy_reward, toy_options(baseline, samples),
                        generator);
  };
  REQUIRE_THROWS_TEXT(say(Baseline::others, 1), InvalidArgument,
                      "self-critical: the others baseline needs at least 2 captions an image; got "
                      "1");
  REQUIRE_THROWS_PART(say(Baseline::beam, 1), InvalidArgument, "the beam baseline needs");
  REQUIRE_THROWS_PART(say(Baseline::greedy, 0), InvalidArgument, "needs at least 1 captions");
  REQUIRE(say(Baseline::greedy, 1).size() == 1);
  REQUIRE_THROWS_TEXT(policy_gradient(*nic, test::toy_features(1), {}, {}), InvalidArgument,
                      "policy_gradient: 0 captions have no word and no end");
}
