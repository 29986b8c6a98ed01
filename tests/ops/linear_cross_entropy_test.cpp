#include <cmath>

#include "limn/core/error.h"
#include "limn/core/threads.h"
#include "limn/ops/cross_entropy.h"
#include "limn/ops/linear.h"
#include "support/golden.h"
#include "support/gradients.h"
#include "support/tensors.h"

using namespace limn;
using test::doubles;
using test::elements_of;
using test::random_tensor;
using test::require_close;
using Targets = std::vector<std::int32_t>;
using Weights = std::vector<float>;

namespace {

struct Problem {
  Variable x;
  Variable weight;
  Variable bias;
  Targets targets;
  Weights weights;

  Problem(std::int64_t n, std::int64_t d, std::int64_t v, bool with_bias,
          DType dtype = DType::float64)
      : x(random_tensor(Shape{n, d}, 1, dtype), true),
        weight(random_tensor(Shape{v, d}, 2, dtype), true) {
    if (with_bias) bias = Variable(random_tensor(Shape{v}, 3, dtype, -2, 2), true);
    Generator generator(4);
    for (std::int64_t i = 0; i < n; ++i) {
      targets.push_back(static_cast<std::int32_t>(generator.below(v)));
      weights.push_back(static_cast<float>(generator.uniform() - 0.3));
    }
  }

  ops::LinearCrossEntropy fused(double smoothing) const {
    return ops::linear_cross_entropy(x, weight, bias, targets, weights, smoothing);
  }

  Variable losses(double smoothing) const {
    return ops::cross_entropy(ops::linear(x, weight, bias), targets,
                              {.label_smoothing = smoothing, .reduction = ops::Reduction::none});
  }
};

// Gradients of 1.5 · total, fused and not.
void require_same_as_unfused(const Problem& fused, const Problem& plain, double smoothing,
                             double tolerance) {
  const ops::LinearCrossEntropy result = fused.fused(smoothing);
  const Variable losses = plain.losses(smoothing);
  Tensor cotangent(losses.shape(), losses.dtype());
  double total = 0;
  for (std::int64_t n = 0; n < cotangent.elements(); ++n) {
    const double weight = fused.weights[static_cast<std::size_t>(n)];
    if (weight != 0) total -= weight * losses.value().to(DType::float64).data<double>()[n];
    cotangent.rows(n, n + 1).fill(-1.5 * weight);
  }
  REQUIRE(result.total.value().item() == Approx(total).epsilon(tolerance).margin(tolerance));
  require_close(
      result.log_probabilities,
      [&] {
        Tensor log_p = plain.losses(0).value().clone();
        for (std::int64_t n = 0; n < log_p.elements(); ++n)
          log_p.rows(n, n + 1).fill(-log_p.rows(n, n + 1).item());
        return log_p;
      }(),
      tolerance);
  backward(result.total, Tensor::full(Shape{}, 1.5, losses.dtype()));
  backward(losses, cotangent);
  require_close(fused.x.grad(), plain.x.grad(), tolerance);
  require_close(fused.weight.grad(), plain.weight.grad(), tolerance);
  if (fused.bias.defined()) require_close(fused.bias.grad(), plain.bias.grad(), tolerance);
}

}  // namespace

TEST_CASE("linear_cross_entropy of hand-worked values") {
  // Logits (log 3, 0) and (0, 0): p = (3/4, 1/4) and (1/2, 1/2).
  const Variable x(doubles(Shape{2, 1}, {1, 0}), true);
  const Variable weight(doubles(Shape{2, 1}, {std::log(3), 0}), true);
  const auto result = ops::linear_cross_entropy(x, weight, {}, Targets{0, 1}, Weights{2, 0.5}, 0);
  REQUIRE(result.total.value().item() == Approx(2 * std::log(0.75) + 0.5 * std::log(0.5)));
  REQUIRE(result.log_probabilities.data<double>()[0] == Approx(std::log(0.75)));
  REQUIRE(result.log_probabilities.data<double>()[1] == Approx(std::log(0.5)));
  backward(result.total);
  // d total / d logits = weight · (onehot − p) = (0.5, −0.5) and (−0.25, 0.25).
  REQUIRE(weight.grad().data<double>()[0] == Approx(0.5));
  REQUIRE(weight.grad().data<double>()[1] == Approx(-0.5));
  REQUIRE(x.grad().data<double>()[0] == Approx(0.5 * std::log(3)));
  REQUIRE(x.grad().data<double>()[1] == Approx(-0.25 * std::log(3)));
}

TEST_CASE("linear_cross_entropy equals linear and cross_entropy") {
  for (const bool bias : {false, true}) {
    for (const double smoothing : {0.0, 0.1}) {
      for (const int zeros : {0, 1, 2, 3}) {
        Problem fused(13, 5, 37, bias);
        for (std::size_t n = 0; n < fused.weights.size(); ++n) {
          const bool some = zeros == 1 && n % 3 == 0;
          const bool last = zeros == 2 && n > 9;
          if (some || last || zeros == 3) fused.weights[n] = 0;
        }
        INFO("bias " << bias << ", smoothing " << smoothing << ", zeros " << zeros);
        require_same_as_unfused(fused, Problem(13, 5, 37, bias), smoothing, 1e-12);
      }
    }
  }
}

TEST_CASE("linear_cross_entropy in several blocks of rows") {
  // 2^21 logits make a block: 16 rows here.
  const std::int64_t classes = 131072;
  Problem fused(35, 2, classes, true, DType::float32);
  for (std::size_t n = 0; n < 35; n += 9) fused.weights[n] = 0;
  require_same_as_unfused(fused, Problem(35, 2, classes, true, DType::float32), 0.1, 2e-5);
}

TEST_CASE("gradients of linear_cross_entropy") {
  const Targets targets = {0, 4, 4};
  const Weights weights = {1, -0.5, 0};
  for (const double smoothing : {0.0, 0.25}) {
    test::require_gradients(
        [&](const auto& in) {
          return ops::linear_cross_entropy(in[0], in[1], in[2], targets, weights, smoothing).total;
        },
        {random_tensor(Shape{3, 2}, 1), random_tensor(Shape{5, 2}, 2), random_tensor(Shape{5}, 3)});
  }
}

TEST_CASE("linear_cross_entropy computes only the gradients that are wanted") {
  Problem problem(4, 3, 6, true);
  const Problem all(4, 3, 6, true);
  problem.weight = problem.weight.detach();
  problem.bias = problem.bias.detach();
  backward(problem.fused(0).total);
  backward(all.fused(0).total);
  require_close(problem.x.grad(), all.x.grad(), 1e-14);
  REQUIRE_FALSE(problem.weight.has_grad());
  const NoGradGuard guard;
  const auto result = all.fused(0.1);
  REQUIRE_FALSE(result.total.requires_grad());
}

TEST_CASE("linear_cross_entropy hands its gradients over or adds them") {
  const Problem problem(4, 3, 6, false);
  backward(problem.fused(0).total);
  const Tensor once = problem.weight.grad().clone();
  backward(problem.fused(0).total);
  for (std::int64_t i = 0; i < once.elements(); ++i)
    REQUIRE(problem.weight.grad().data<double>()[i] == Approx(2 * once.data<double>()[i]));
}

TEST_CASE("an impossible target of weight 0 does no harm") {
  const double inf = std::numeric_limits<double>::infinity();
  Problem problem(2, 1, 2, true);
  problem.bias = Variable(doubles(Shape{2}, {0, -inf}), true);
  problem.targets = {0, 1};
  problem.weights = {1, 0};
  const auto result = problem.fused(0);
  REQUIRE(result.total.value().item() == 0);
  REQUIRE(elements_of(result.log_probabilities) == std::vector<double>{0, -inf});
}

TEST_CASE("linear_cross_entropy of no rows") {
  const Problem problem(0, 3, 4, true);
  const auto result = problem.fused(0.1);
  REQUIRE(result.total.value().item() == 0);
  REQUIRE(result.log_probabilities.shape() == Shape{0});
  backward(result.total);
  REQUIRE(elements_of(problem.weight.grad()) == std::vector<double>(12, 0));
  REQUIRE(elements_of(problem.bias.grad()) == std::vector<double>(4, 0));
}

TEST_CASE("linear_cross_entropy has the same bits on every run") {
  const auto run = [] {
    const Problem problem(40, 16, 3000, true, DType::float32);
    backward(problem.fused(0.1).total);
    return elements_of<float>(problem.weight.grad());
  };
  REQUIRE(run() == run());
}

TEST_CASE("linear_cross_entropy says what does not fit") {
  const Variable x(Tensor::zeros(Shape{2, 3}));
  const Variable weight(Tensor::zeros(Shape{4, 3}));
  const auto run = [&](const Targets& targets, const Weights& weights, double smoothing = 0) {
    return ops::linear_cross_entropy(x, weight, {}, targets, weights, smoothing);
  };
  REQUIRE_THROWS_TEXT(run({0}, {1, 1}), InvalidArgument,
                      "linear_cross_entropy: x [2, 3] needs 2 targets and weights; got 1 and 2");
  REQUIRE_THROWS_TEXT(run({0, 4}, {1, 1}), InvalidArgument,
                      "linear_cross_entropy: targets must be in [0, 4); got 4 at 1");
  REQUIRE_THROWS_TEXT(run({-1, 0}, {1, 1}), InvalidArgument,
                      "linear_cross_entropy: targets must be in [0, 4); got -1 at 0");
  REQUIRE_THROWS_TEXT(run({0, 0}, {1, 1}, -0.1), InvalidArgument,
                      "linear_cross_entropy: label_smoothing must be in [0, 1); got -0.1");
  REQUIRE_THROWS_TEXT(
      ops::linear_cross_entropy(x, x, weight, Targets{0, 0}, Weights{1, 1}), InvalidArgument,
      "linear_cross_entropy: bias must be [2] for weight [2, 3]; got float32 [4, 3]");
  REQUIRE_THROWS_TEXT(ops::linear_cross_entropy(Variable(Tensor::zeros(Shape{1, 2, 3})), weight, {},
                                                Targets{0, 0}, Weights{1, 1}),
                      InvalidArgument, "linear_cross_entropy: x must be [N, D]; got [1, 2, 3]");
}
