#include "kernels/softmax.h"

#include <cmath>
#include <vector>

#include "support/catch.h"
#include "support/random.h"

using namespace limn;
using namespace limn::kernels;

namespace {

// The definition, for the line of elements that begins at `at`.
template <class Body>
void for_each_element(const AxisShape& s, Body&& body) {
  for (std::int64_t o = 0; o < s.outer; ++o)
    for (std::int64_t i = 0; i < s.inner; ++i)
      for (std::int64_t k = 0; k < s.n; ++k)
        body(o * s.n * s.inner + i, static_cast<std::size_t>((o * s.n + k) * s.inner + i));
}

double sum_over_line(const AxisShape& s, std::int64_t at, auto&& term) {
  double sum = 0;
  for (std::int64_t k = 0; k < s.n; ++k) sum += term(static_cast<std::size_t>(at + k * s.inner));
  return sum;
}

std::vector<double> softmax_naive(const AxisShape& s, const std::vector<float>& x) {
  std::vector<double> y(x.size());
  for_each_element(s, [&](std::int64_t at, std::size_t e) {
    y[e] = std::exp(static_cast<double>(x[e])) /
           sum_over_line(s, at, [&](std::size_t j) { return std::exp(static_cast<double>(x[j])); });
  });
  return y;
}

const std::vector<AxisShape> kShapes = {{3, 1, 1},  {2, 7, 1},  {5, 16, 1}, {4, 1003, 1},
                                        {1, 5, 40}, {3, 33, 7}, {20, 9, 30}};

}  // namespace

TEST_CASE("softmax agrees with the naive loops") {
  for (const AxisShape& s : kShapes) {
    INFO(s.outer << " x " << s.n << " x " << s.inner);
    const std::int64_t size = s.outer * s.n * s.inner;
    const auto x = test::random_values<float>(size, 1, -4, 4);
    const auto dy = test::random_values<float>(size, 2);
    const auto expected = softmax_naive(s, x);
    std::vector<float> y(x.size());
    std::vector<float> log_y(x.size());
    std::vector<float> dx(x.size(), 3);
    std::vector<float> log_dx(x.size(), 3);
    softmax<float>(s, x.data(), y.data());
    softmax_backward<float>(s, y.data(), dy.data(), dx.data());
    log_softmax<float>(s, x.data(), log_y.data());
    log_softmax_backward<float>(s, log_y.data(), dy.data(), log_dx.data());
    for_each_element(s, [&](std::int64_t at, std::size_t e) {
      const double d = dy[e];
      const double dot = sum_over_line(s, at, [&](std::size_t j) { return dy[j] * expected[j]; });
      const double sum = sum_over_line(s, at, [&](std::size_t j) { return dy[j]; });
      const bool close = std::abs(y[e] - expected[e]) < 1e-6 &&
                         std::abs(log_y[e] - std::log(expected[e])) < 2e-6 &&
                         std::abs(dx[e] - 3 - expected[e] * (d - dot)) < 2e-6 &&
                         std::abs(log_dx[e] - 3 - (d - expected[e] * sum)) < 2e-6;
      INFO("element " << e);
      REQUIRE(close);
    });
  }
}
