#include "kernels/adam.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "limn/core/threads.h"
#include "support/catch.h"
#include "support/random.h"

using namespace limn;
using test::random_values;

namespace {

const kernels::AdamRule kRule = {.beta1 = 0.9, .beta2 = 0.99, .epsilon = 1e-3, .weight_decay = 0.1};

template <class T>
struct Parameter {
  std::vector<T> x, dx, mean, square;

  Parameter(std::int64_t n, std::uint64_t seed)
      : x(random_values<T>(n, seed)),
        dx(random_values<T>(n, seed + 1)),
        mean(random_values<T>(n, seed + 2)),
        square(random_values<T>(n, seed + 3, 0, 1)) {}

  kernels::AdamParameter<T> pointers() {
    return {static_cast<std::int64_t>(x.size()),
            x.data(),
            dx.data(),
            mean.data(),
            square.data(),
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
void require_near(const std::vector<T>& mine, const std::vector<T>& reference) {
  const double margin = 16 * static_cast<double>(std::numeric_limits<T>::epsilon());
  REQUIRE(mine.size() == reference.size());
  double worst = 0;
  for (std::size_t i = 0; i < mine.size(); ++i)
    worst =
        std::max(worst, std::abs(static_cast<double>(mine[i]) - static_cast<double>(reference[i])));
  REQUIRE(worst <= margin);
}

template <class T>
std::vector<Parameter<T>> parameters_of_many_sizes() {
  std::vector<Parameter<T>> parameters;
  for (const std::int64_t n : {1, 0, 31, 8192, 3, 20001, 64}) parameters.emplace_back(n, 7 + n);
  return parameters;
}

template <class T>
void run(std::vector<Parameter<T>>& parameters) {
  std::vector<kernels::AdamParameter<T>> pointers;
  for (auto& parameter : parameters) pointers.push_back(parameter.pointers());
  kernels::adam<T>(kRule, pointers);
}

template <class T>
void check() {
  auto fast = parameters_of_many_sizes<T>();
  auto naive = fast;
  run(fast);
  for (auto& parameter : naive) adam_naive(kRule, parameter.pointers());
  for (std::size_t i = 0; i < fast.size(); ++i) {
    INFO("parameter " << i);
    require_near(fast[i].x, naive[i].x);
    require_near(fast[i].mean, naive[i].mean);
    require_near(fast[i].square, naive[i].square);
  }
}

}  // namespace

TEST_CASE("adam over many parameters is the naive loop") {
  check<float>();
  check<double>();
}

TEST_CASE("adam has the same bits on any number of threads") {
  const int threads = thread_count();
  auto one = parameters_of_many_sizes<float>();
  auto three = one;
  set_thread_count(1);
  run(one);
  set_thread_count(3);
  run(three);
  set_thread_count(threads);
  for (std::size_t i = 0; i < one.size(); ++i) {
    REQUIRE(one[i].x == three[i].x);
    REQUIRE(one[i].mean == three[i].mean);
    REQUIRE(one[i].square == three[i].square);
  }
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
