#include "kernels/activation.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "limn/core/threads.h"
#include "support/difference.h"
#include "support/random.h"

using namespace limn;
using namespace limn::kernels;
using test::largest_difference;
using test::random_values;

namespace {

constexpr Activation kActivations[] = {Activation::identity, Activation::relu, Activation::relu6,
                                       Activation::tanh, Activation::sigmoid};

double naive(Activation function, double x) {
  switch (function) {
    case Activation::identity: return x;
    case Activation::relu: return x > 0 ? x : 0;
    case Activation::relu6: return std::clamp(x, 0.0, 6.0);
    case Activation::tanh: return std::tanh(x);
    case Activation::sigmoid: return 1 / (1 + std::exp(-x));
  }
  return 0;
}

double naive_slope(Activation function, double y) {
  switch (function) {
    case Activation::identity: return 1;
    case Activation::relu: return y > 0 ? 1 : 0;
    case Activation::relu6: return y > 0 && y < 6 ? 1 : 0;
    case Activation::tanh: return 1 - y * y;
    case Activation::sigmoid: return y * (1 - y);
  }
  return 0;
}

}  // namespace

TEMPLATE_TEST_CASE("activations agree with the naive loops", "", float, double) {
  const double tolerance = 16 * static_cast<double>(std::numeric_limits<TestType>::epsilon());
  for (const Activation function : kActivations) {
    for (const std::int64_t n : {0, 1, 7, 8193, 40'001}) {
      const auto x = random_values<TestType>(n, 1, -8, 8);
      std::vector<TestType> y(x.size());
      activation(function, n, x.data(), y.data());
      const auto dy = random_values<TestType>(n, 2);
      const auto before = random_values<TestType>(n, 3);
      auto dx = before;
      activation_backward(function, n, y.data(), dy.data(), dx.data());
      std::vector<double> expected_y, expected_dx;
      for (std::size_t i = 0; i < x.size(); ++i) {
        expected_y.push_back(naive(function, static_cast<double>(x[i])));
        const double slope = naive_slope(function, static_cast<double>(y[i]));
        expected_dx.push_back(static_cast<double>(before[i]) + slope * static_cast<double>(dy[i]));
      }
      INFO("function " << static_cast<int>(function) << " of " << n);
      REQUIRE(largest_difference(y, expected_y) <= tolerance);
      REQUIRE(largest_difference(dx, expected_dx) <= tolerance);
    }
  }
}

TEMPLATE_TEST_CASE("activations of what is far out are finite, of NaN NaN", "", float, double) {
  constexpr TestType infinity = std::numeric_limits<TestType>::infinity();
  for (const Activation function : kActivations) {
    for (std::size_t place = 0; place < 19; ++place) {
      INFO("function " << static_cast<int>(function) << ", place " << place);
      std::vector<TestType> x(19, TestType(0.5)), y(19);
      x[place] = std::numeric_limits<TestType>::quiet_NaN();
      activation(function, 19, x.data(), y.data());
      for (std::size_t i = 0; i < 19; ++i) REQUIRE(std::isnan(y[i]) == (i == place));
      if (function != Activation::tanh && function != Activation::sigmoid) continue;
      for (const TestType far : {TestType(100), TestType(1000), infinity}) {
        x[place] = far;
        activation(function, 19, x.data(), y.data());
        REQUIRE(y[place] == 1);
        x[place] = -far;
        activation(function, 19, x.data(), y.data());
        REQUIRE(y[place] == Approx(function == Activation::tanh ? -1 : 0).margin(1e-37));
      }
    }
  }
}

TEST_CASE("activations have the same bits on any number of threads") {
  const int threads = thread_count();
  const auto x = random_values<float>(50'003, 1, -8, 8);
  for (const Activation function : kActivations) {
    std::vector<float> one(x.size()), three(x.size());
    set_thread_count(1);
    activation(function, std::ssize(x), x.data(), one.data());
    set_thread_count(3);
    activation(function, std::ssize(x), x.data(), three.data());
    REQUIRE(one == three);
  }
  set_thread_count(threads);
}

TEST_CASE("limits of activations") {
  REQUIRE(Limits::of(Activation::relu6).high == 6);
  REQUIRE(Limits::of(Activation::relu).low == 0);
  REQUIRE(Limits::of(Activation::identity).low < -1e30f);
}
