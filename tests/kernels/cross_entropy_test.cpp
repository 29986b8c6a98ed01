#include "kernels/cross_entropy.h"

#include <cmath>
#include <vector>

#include "support/difference.h"
#include "support/random.h"

using namespace limn;
using namespace limn::kernels;
using test::largest_difference;

namespace {

struct Problem {
  std::int64_t rows;
  std::int64_t classes;
  double smoothing;
  std::vector<double> logits = test::random_values<double>(rows * classes, 1, -4, 4);
  std::vector<double> bias = test::random_values<double>(classes, 2);
  std::vector<float> weights = test::random_values<float>(rows, 3);
  std::vector<std::int32_t> targets = {};

  Problem(std::int64_t n, std::int64_t v, double epsilon)
      : rows(n), classes(v), smoothing(epsilon) {
    for (std::int64_t row = 0; row < n; ++row)
      targets.push_back(static_cast<std::int32_t>(row * 7 % v));
  }

  CrossEntropyRows shape() const { return {rows, classes, targets.data(), smoothing}; }
};

struct Terms {
  std::vector<double> log_probability;
  std::vector<double> objective;
  std::vector<double> gradient;

  explicit Terms(const Problem& p)
      : log_probability(p.targets.size()), objective(p.targets.size()), gradient(p.logits.size()) {}

  CrossEntropyTerms<double> out() { return {log_probability.data(), objective.data()}; }
};

Terms cross_entropy_naive(const Problem& p, const std::vector<double>& bias) {
  Terms terms(p);
  for (std::int64_t n = 0; n < p.rows; ++n) {
    const auto row = static_cast<std::size_t>(n);
    const auto at = [&](std::int64_t v) {
      return p.logits[static_cast<std::size_t>(n * p.classes + v)] +
             bias[static_cast<std::size_t>(v)];
    };
    double sum = 0;
    for (std::int64_t v = 0; v < p.classes; ++v) sum += std::exp(at(v));
    double mean = 0;
    for (std::int64_t v = 0; v < p.classes; ++v)
      mean += (at(v) - std::log(sum)) / static_cast<double>(p.classes);
    terms.log_probability[row] = at(p.targets[row]) - std::log(sum);
    terms.objective[row] = (1 - p.smoothing) * terms.log_probability[row] + p.smoothing * mean;
    for (std::int64_t v = 0; v < p.classes; ++v) {
      const double wanted = (v == p.targets[row] ? 1 - p.smoothing : 0) +
                            p.smoothing / static_cast<double>(p.classes);
      terms.gradient[static_cast<std::size_t>(n * p.classes + v)] =
          static_cast<double>(p.weights[row]) * (wanted - std::exp(at(v)) / sum);
    }
  }
  return terms;
}

constexpr double kTolerance = 1e-13;

std::vector<Problem> problems() {
  return {{1, 1, 0}, {3, 5, 0}, {3, 5, 0.2}, {6, 9, 0.1}, {20, 700, 0}, {20, 700, 0.3}};
}

}  // namespace

TEST_CASE("cross_entropy and its backward agree with the naive loops") {
  for (const Problem& p : problems()) {
    INFO(p.rows << " x " << p.classes << ", smoothing " << p.smoothing);
    Terms expected = cross_entropy_naive(p, std::vector<double>(p.bias.size()));
    Terms terms(p);
    cross_entropy<double>(p.shape(), p.logits.data(), terms.out());
    REQUIRE(largest_difference(terms.log_probability, expected.log_probability) <= kTolerance);
    REQUIRE(largest_difference(terms.objective, expected.objective) <= kTolerance);
    const std::vector<double> weights(p.weights.begin(), p.weights.end());
    std::fill(terms.gradient.begin(), terms.gradient.end(), 2);
    for (double& gradient : expected.gradient) gradient += 2;
    cross_entropy_backward<double>(p.shape(), p.logits.data(), weights.data(),
                                   terms.gradient.data());
    REQUIRE(largest_difference(terms.gradient, expected.gradient) <= kTolerance);
  }
}

TEST_CASE("cross_entropy in place agrees with the naive loops") {
  for (const bool with_bias : {false, true}) {
    for (Problem& p : problems()) {
      INFO(p.rows << " x " << p.classes << ", smoothing " << p.smoothing);
      const std::vector<double> none(p.bias.size());
      const Terms expected = cross_entropy_naive(p, with_bias ? p.bias : none);
      const double* bias = with_bias ? p.bias.data() : nullptr;
      Terms values(p);
      std::vector<double> used = p.logits;
      cross_entropy_in_place<double>(p.shape(), bias, used.data(), values.out());
      REQUIRE(largest_difference(values.log_probability, expected.log_probability) <= kTolerance);
      REQUIRE(largest_difference(values.objective, expected.objective) <= kTolerance);
      Terms both(p);
      cross_entropy_gradient_in_place<double>(p.shape(), bias, p.weights.data(), p.logits.data(),
                                              both.out());
      REQUIRE(both.log_probability == values.log_probability);
      REQUIRE(both.objective == values.objective);
      REQUIRE(largest_difference(p.logits, expected.gradient) <= kTolerance);
    }
  }
}
