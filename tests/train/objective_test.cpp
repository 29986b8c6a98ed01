#include "limn/train/objective.h"

#include "limn/core/error.h"
#include "limn/ops/arithmetic.h"
#include "limn/ops/reduce.h"
#include "support/captioner_properties.h"
#include "support/show_tell.h"
#include "train/toy_nic.h"

using namespace limn;
using train::maximum_likelihood;
using train::Smoothing;

namespace {

/// A model that wants the mean square of its output layer's weights kept small.
struct Penalised : models::Nic {
  using Nic::Nic;
  models::Likelihood log_likelihood(const nn::Features& features, const data::CaptionBatch& batch,
                                    const models::LikelihoodOptions& options,
                                    const nn::Pass& pass) const override {
    models::Likelihood likelihood = Nic::log_likelihood(features, batch, options, pass);
    const Variable& weight = parameters()[1].second;
    likelihood.penalty = ops::mean(ops::multiply(weight, weight));
    return likelihood;
  }
};

}  // namespace

TEST_CASE("maximum likelihood is that of the reference, plain and smoothed over other words") {
  const test::ShowTell reference;
  const auto loss = [&](const train::LabelSmoothing& smoothing) {
    return maximum_likelihood(reference.nic, reference.golden.features,
                              reference.golden.captions(reference.nic), smoothing, {});
  };
  reference.require_loss("xe", loss({}).loss);
  const auto smooth = loss({0.1, Smoothing::others});
  reference.require_loss("smooth", smooth.loss);
  REQUIRE(-smooth.log_probability / static_cast<double>(smooth.words) ==
          Approx(reference.golden.file.tensor("loss/xe").item()).margin(1e-5));
}

TEST_CASE("smoothing over the other words and over all differ by ε and the targets' entropy") {
  const auto nic = test::toy_nic();
  const nn::Features features = test::toy_features(3);
  const data::CaptionBatch batch = test::toy_captions(*nic, 3, 1);
  const auto value = [&](const train::LabelSmoothing& smoothing) {
    return maximum_likelihood(*nic, features, batch, smoothing, {}).loss.value().item();
  };
  const double entropy = -0.8 * std::log(0.8) - 0.2 * std::log(0.2 / 4);
  REQUIRE(value({0.2, Smoothing::others}) == Approx(value({0.25}) - entropy).epsilon(1e-6));
  REQUIRE(value({0, Smoothing::others}) == value({}));
}

TEST_CASE("maximum likelihood has its gradient in double, smoothed both ways") {
  const auto nic = test::toy_nic();
  const data::CaptionBatch batch = test::toy_captions(*nic, 2, 4);
  for (const Smoothing kind : {Smoothing::uniform, Smoothing::others}) {
    test::require_loss_has_gradient(*nic, [&] {
      return maximum_likelihood(*nic, test::toy_features(2), batch, {0.1, kind}, {}).loss;
    });
  }
}

TEST_CASE("what a model wants added is in the loss and not in the log-probability") {
  Generator first(2), second(2);
  const models::NicOptions options{.embedding = 4, .hidden = 4};
  const models::Nic plain(options, test::kToySizes, first);
  const Penalised penalised(options, test::kToySizes, second);
  const nn::Features features = test::toy_features(2, DType::float32);
  const data::CaptionBatch batch = test::toy_captions(plain, 2, 1);
  const auto without = maximum_likelihood(plain, features, batch, {}, {});
  const auto with = maximum_likelihood(penalised, features, batch, {}, {});
  double squares = 0;
  const auto weight = penalised.parameters()[1].second.value().span<float>();
  for (const float w : weight) squares += static_cast<double>(w) * static_cast<double>(w);
  REQUIRE(with.loss.value().item() ==
          Approx(without.loss.value().item() + squares / static_cast<double>(weight.size())));
  REQUIRE(with.log_probability == without.log_probability);
}

TEST_CASE("a mixture weighs two losses and counts the first") {
  const auto nic = test::toy_nic();
  const nn::Features features = test::toy_features(2);
  const auto one = [&](std::uint64_t seed) {
    return maximum_likelihood(*nic, features, test::toy_captions(*nic, 2, seed), {}, {});
  };
  const auto mixed = train::mixture(one(1), one(2), 0.25);
  REQUIRE(mixed.loss.value().item() ==
          Approx(0.25 * one(1).loss.value().item() + 0.75 * one(2).loss.value().item()));
  REQUIRE(mixed.words == one(1).words);
  test::require_loss_has_gradient(*nic, [&] { return train::mixture(one(1), one(2), 0.25).loss; });
  REQUIRE_THROWS_TEXT(train::mixture(one(1), one(2), 1.5), InvalidArgument,
                      "mixture: the share must be in [0, 1]; got 1.5");
}

TEST_CASE("label smoothing out of range is refused") {
  const auto nic = test::toy_nic();
  const data::CaptionBatch batch = test::toy_captions(*nic, 1, 1);
  const auto with = [&](const train::LabelSmoothing& smoothing) {
    return maximum_likelihood(*nic, test::toy_features(1), batch, smoothing, {});
  };
  REQUIRE_THROWS_TEXT(with({-0.1}), InvalidArgument,
                      "maximum_likelihood: ε must be in [0, 1); got -0.1");
  REQUIRE_THROWS_TEXT(with({0.8, Smoothing::others}), InvalidArgument,
                      "maximum_likelihood: ε over the other words must be below 1 - 1/5; got 0.8");
}
