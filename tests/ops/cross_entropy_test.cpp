#include "limn/ops/cross_entropy.h"

#include <cmath>

#include "limn/core/error.h"
#include "support/golden.h"
#include "support/gradients.h"
#include "support/tensors.h"

using namespace limn;
using ops::Reduction;
using test::doubles;
using test::elements_of;
using test::random_tensor;
using Targets = std::vector<std::int32_t>;

TEST_CASE("cross_entropy of hand-worked values") {
  const double quarter = std::log(0.25);
  const Variable logits(doubles(Shape{2, 2}, {std::log(3), 0, 5, 5}));
  const auto loss = [&](const Targets& targets, const ops::CrossEntropyOptions& options) {
    return elements_of(ops::cross_entropy(logits, targets, options).value());
  };
  const auto losses = loss({1, 0}, {.reduction = Reduction::none});
  REQUIRE(losses[0] == Approx(-quarter));
  REQUIRE(losses[1] == Approx(std::log(2)));
  REQUIRE(loss({1, 0}, {.reduction = Reduction::sum})[0] == Approx(std::log(8)));
  REQUIRE(loss({1, 0}, {})[0] == Approx(std::log(8) / 2));
  REQUIRE(loss({1, -1}, {})[0] == Approx(-quarter));
  REQUIRE(loss({-1, -1}, {})[0] == 0);
  // 0.8 · (−log ¼) + 0.2 · mean(−log ¾, −log ¼)
  REQUIRE(loss({1, -1}, {.label_smoothing = 0.2})[0] ==
          Approx(-0.9 * quarter - 0.1 * std::log(0.75)));
}

TEST_CASE("cross_entropy agrees with PyTorch") {
  const SafetensorsFile file(test::kGolden / "layers" / "cross_entropy.safetensors");
  const auto compare = [&](const std::string& name, const ops::CrossEntropyOptions& options) {
    const Targets targets = test::golden_ids(file, name + "/target");
    test::check_layer({file, name, {"logits"}, {"y"}}, [&](const auto& in) {
      return std::vector{ops::cross_entropy(in[0], targets, options)};
    });
  };
  compare("mean", {});
  compare("sum", {.reduction = Reduction::sum});
  compare("none", {.ignore = 0, .reduction = Reduction::none});
  compare("ignore_mean", {.ignore = 0});
  compare("smooth_mean", {.label_smoothing = 0.1});
  compare("smooth_ignore_mean", {.ignore = 0, .label_smoothing = 0.1});
  compare("smooth_ignore_sum",
          {.ignore = -100, .label_smoothing = 0.2, .reduction = Reduction::sum});
  compare("large_logits", {});
  compare("vocabulary", {});
}

TEST_CASE("gradients of cross_entropy") {
  const Targets targets = {2, -1, 0, 6, 6};
  for (const Reduction reduction : {Reduction::none, Reduction::sum, Reduction::mean}) {
    for (const double smoothing : {0.0, 0.3}) {
      test::require_gradients(
          [&](const auto& in) {
            return ops::cross_entropy(in[0], targets,
                                      {.label_smoothing = smoothing, .reduction = reduction});
          },
          {random_tensor(Shape{5, 7}, 1)});
    }
  }
}

TEST_CASE("cross_entropy of no rows, and of an impossible target") {
  const Variable none(doubles(Shape{0, 3}, {}));
  REQUIRE(ops::cross_entropy(none, {}).value().item() == 0);
  REQUIRE(ops::cross_entropy(none, {}, {.reduction = Reduction::none}).shape() == Shape{0});
  const double inf = std::numeric_limits<double>::infinity();
  const Variable masked(doubles(Shape{1, 3}, {0, -inf, 0}));
  REQUIRE(ops::cross_entropy(masked, Targets{1}).value().item() == inf);
  REQUIRE(ops::cross_entropy(masked, Targets{0}).value().item() == Approx(std::log(2)));
}

TEST_CASE("cross_entropy says what does not fit") {
  const Variable logits(Tensor::zeros(Shape{2, 3}));
  REQUIRE_THROWS_TEXT(ops::cross_entropy(logits, Targets{0}), InvalidArgument,
                      "cross_entropy: logits [2, 3] need 2 targets; got 1");
  REQUIRE_THROWS_TEXT(ops::cross_entropy(logits, Targets{0, 3}), InvalidArgument,
                      "cross_entropy: targets must be in [0, 3); got 3 at 1");
  REQUIRE_THROWS_TEXT(ops::cross_entropy(logits, Targets{0, -1}, {.ignore = -100}), InvalidArgument,
                      "cross_entropy: targets must be in [0, 3); got -1 at 1");
  REQUIRE_THROWS_TEXT(ops::cross_entropy(logits, Targets{0, 1}, {.label_smoothing = 1}),
                      InvalidArgument, "cross_entropy: label_smoothing must be in [0, 1); got 1");
  REQUIRE_THROWS_TEXT(ops::cross_entropy(Variable(Tensor::zeros(Shape{3})), Targets{0}),
                      InvalidArgument,
                      "cross_entropy: logits must be [N, V] with V of at least 1; got [3]");
}
