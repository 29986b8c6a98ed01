#include "kernels/sgd.h"

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

const kernels::SgdRule kRule = {.weight_decay = 0.1, .from_gradient = 0.5, .from_momentum = 0.7};

template <class T>
struct Parameter {
  std::vector<T> x, dx, momentum;
  bool keeps_momentum;

  Parameter(std::int64_t n, std::uint64_t seed, bool keeps)
      : x(random_values<T>(n, seed)),
        dx(random_values<T>(n, seed + 1)),
        momentum(random_values<T>(n, seed + 2)),
        keeps_momentum(keeps) {}

  kernels::SgdParameter<T> pointers() {
    return {static_cast<std::int64_t>(x.size()),
            x.data(),
            dx.data(),
            keeps_momentum ? momentum.data() : nullptr,
            0.25,
            0.9,
            0.6};
  }
};

template <class T>
void sgd_naive(const kernels::SgdRule& rule, const kernels::SgdParameter<T>& p) {
  for (std::int64_t i = 0; i < p.n; ++i) {
    const double x = static_cast<double>(p.x[i]);
    const double g = static_cast<double>(p.dx[i]) + rule.weight_decay * x;
    double direction = g;
    if (p.momentum != nullptr) {
      const double b = p.keep * static_cast<double>(p.momentum[i]) + p.gain * g;
      p.momentum[i] = static_cast<T>(b);
      direction = rule.from_gradient * g + rule.from_momentum * b;
    }
    p.x[i] = static_cast<T>(x - p.rate * direction);
  }
}

template <class T>
void require_near(const std::vector<T>& mine, const std::vector<T>& reference) {
  const double margin = 8 * static_cast<double>(std::numeric_limits<T>::epsilon());
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
  for (const bool keeps : {false, true}) {
    for (const std::int64_t n : {1, 0, 33, 8192, 20001}) parameters.emplace_back(n, 3 + n, keeps);
  }
  return parameters;
}

template <class T>
void run(std::vector<Parameter<T>>& parameters) {
  std::vector<kernels::SgdParameter<T>> pointers;
  for (auto& parameter : parameters) pointers.push_back(parameter.pointers());
  kernels::sgd<T>(kRule, pointers);
}

template <class T>
void check() {
  auto fast = parameters_of_many_sizes<T>();
  auto naive = fast;
  run(fast);
  for (auto& parameter : naive) sgd_naive(kRule, parameter.pointers());
  for (std::size_t i = 0; i < fast.size(); ++i) {
    INFO("parameter " << i);
    require_near(fast[i].x, naive[i].x);
    require_near(fast[i].momentum, naive[i].momentum);
  }
}

}  // namespace

TEST_CASE("sgd over many parameters is the naive loop") {
  check<float>();
  check<double>();
}

TEST_CASE("sgd has the same bits on any number of threads") {
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
    REQUIRE(one[i].momentum == three[i].momentum);
  }
}
