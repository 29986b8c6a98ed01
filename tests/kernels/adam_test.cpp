#include "kernels/adam.h"

#include <cmath>
#include <limits>
#include <vector>

#include "kernels/parameter_updates.h"
#include "support/random.h"

using namespace limn;
using test::random_values;

namespace {

const kernels::AdamRule kAdamRule = {
    .beta1 = 0.9, .beta2 = 0.99, .epsilon = 1e-3, .weight_decay = 0.1};

template <class T>
struct AdamCase {
  std::vector<T> dx;
  std::vector<std::vector<T>> changed;  // x, mean, square

  AdamCase(std::int64_t n, std::uint64_t seed)
      : dx(random_values<T>(n, seed + 1)),
        changed{random_values<T>(n, seed), random_values<T>(n, seed + 2),
                random_values<T>(n, seed + 3, 0, 1)} {}

  kernels::AdamParameter<T> pointers() {
    return {static_cast<std::int64_t>(dx.size()),
            changed[0].data(),
            dx.data(),
            changed[1].data(),
            changed[2].data(),
            0.25,
            3,
            0.75};
  }
};

template <class T>
void adam_naive(const kernels::AdamRule& rule, const kernels::AdamParameter<T>& p) {
  for (std::int64_t i = 0; i < p.n; ++i) {
    const double x = static_cast<double>(p.x[i]);
    const double g = static_cast<double>(p.dx[i]) + rule.weight_decay * x;
    const double m = rule.beta1 * static_cast<double>(p.mean[i]) + (1 - rule.beta1) * g;
    const double v = rule.beta2 * static_cast<double>(p.square[i]) + (1 - rule.beta2) * g * g;
    p.mean[i] = static_cast<T>(m);
    p.square[i] = static_cast<T>(v);
    p.x[i] =
        static_cast<T>(p.shrink * x - p.rate * m / (std::sqrt(p.square_factor * v) + rule.epsilon));
  }
}

template <class T>
std::vector<AdamCase<T>> adam_cases() {
  std::vector<AdamCase<T>> cases;
  for (const std::int64_t n : {1, 0, 31, 8192, 3, 20001, 64}) cases.emplace_back(n, 7 + n);
  return cases;
}

template <class T>
void update_by_adam(const std::vector<kernels::AdamParameter<T>>& parameters) {
  kernels::adam<T>(kAdamRule, parameters);
}

}  // namespace

TEMPLATE_TEST_CASE("adam over many parameters is the naive loop", "", float, double) {
  const double tolerance = 16 * static_cast<double>(std::numeric_limits<TestType>::epsilon());
  test::require_naive_update(adam_cases<TestType>(), tolerance, update_by_adam<TestType>,
                             [](const auto& p) { adam_naive(kAdamRule, p); });
}

TEST_CASE("adam has the same bits on any number of threads") {
  test::require_same_bits_on_any_number_of_threads(adam_cases<float>(), update_by_adam<float>);
}

TEST_CASE("moments of what has no gradient end at 0, not among the denormal numbers") {
  std::vector<float> x = {1}, dx = {0}, mean = {-1e-3f}, square = {1e-30f};
  const std::vector<kernels::AdamParameter<float>> parameters = {
      {1, x.data(), dx.data(), mean.data(), square.data(), 1e-3, 1, 1}};
  const kernels::AdamRule rule = {.beta1 = 0.9, .beta2 = 0.9, .epsilon = 1e-8, .weight_decay = 0};
  for (int step = 0; step < 900; ++step) {
    kernels::adam<float>(rule, parameters);
    REQUIRE((mean[0] == 0 || std::isnormal(mean[0])));
    REQUIRE((square[0] == 0 || std::isnormal(square[0])));
  }
  REQUIRE(mean[0] == 0);
  REQUIRE(square[0] == 0);
}
