#include "kernels/mixture.h"

#include <cmath>
#include <limits>

#include "kernels/vector_log.h"
#include "limn/core/generator.h"
#include "support/catch.h"

using namespace limn;

namespace {

constexpr double kNever = -std::numeric_limits<double>::infinity();

template <class T>
T log_of(T x) {
  return kernels::log<T>(kernels::broadcast<T>(x))[kernels::kLanes<T> - 1];
}

template <class T>
void require_logarithms() {
  Generator generator(1);
  for (int i = 0; i < 20000; ++i) {
    const T x = static_cast<T>(std::exp(40 * generator.uniform() - 20));
    const double exact = std::log(static_cast<double>(x));
    const double unit = std::numeric_limits<T>::epsilon() *
                        std::max(std::abs(exact), std::numeric_limits<double>::min());
    REQUIRE(std::abs(static_cast<double>(log_of(x)) - exact) <= 2 * unit);
  }
  REQUIRE(log_of(T(1)) == 0);
  REQUIRE(log_of(T(0)) == static_cast<T>(kNever));
  REQUIRE(std::isnan(log_of(std::numeric_limits<T>::quiet_NaN())));
  REQUIRE(log_of(std::numeric_limits<T>::min()) ==
          Approx(std::log(static_cast<double>(std::numeric_limits<T>::min()))));
}

/// Members of rows with impossible words, one of them with nothing else.
template <class T>
std::vector<std::vector<T>> members(std::int64_t rows, std::int64_t columns) {
  Generator generator(7);
  std::vector<std::vector<T>> result(3);
  for (auto& member : result) {
    for (std::int64_t i = 0; i < rows * columns; ++i) {
      const bool never = generator.uniform() < 0.2 || i < columns;
      member.push_back(static_cast<T>(never ? kNever : -30 * generator.uniform()));
    }
  }
  return result;
}

template <class T>
void require_mixtures(double tolerance) {
  const std::int64_t rows = 3, columns = 37;
  const auto x = members<T>(rows, columns);
  const std::vector<double> w = {0.5, 0.3, 0.2};
  kernels::Mixture<T> what{rows, columns, {}, {}};
  for (std::size_t k = 0; k < 3; ++k) {
    what.members.push_back(x[k].data());
    what.weights.push_back(static_cast<T>(w[k]));
  }
  std::vector<T> mean(x[0].size()), product(x[0].size());
  kernels::mix_probabilities(what, mean.data());
  kernels::mix_log_probabilities(what, product.data());
  const auto require_equal = [&](double mine, double expected) {
    if (std::isinf(expected)) {
      REQUIRE(mine == expected);
    } else {
      REQUIRE(mine == Approx(expected).epsilon(tolerance).margin(tolerance));
    }
  };
  for (std::int64_t row = 0; row < rows; ++row) {
    std::vector<double> logs;
    double total = 0;
    for (std::int64_t i = row * columns; i < (row + 1) * columns; ++i) {
      const auto at = static_cast<std::size_t>(i);
      double sum = 0, log = 0;
      for (std::size_t k = 0; k < 3; ++k) {
        sum += w[k] * std::exp(static_cast<double>(x[k][at]));
        log += w[k] * static_cast<double>(x[k][at]);
      }
      require_equal(static_cast<double>(mean[at]), std::log(sum));
      logs.push_back(log);
      total += std::exp(log);
    }
    for (std::int64_t i = 0; i < columns; ++i) {
      const double log = logs[static_cast<std::size_t>(i)];
      require_equal(static_cast<double>(product[static_cast<std::size_t>(row * columns + i)]),
                    total == 0 ? kNever : log - std::log(total));
    }
  }
}

}  // namespace

TEST_CASE("vector log is the logarithm to two units in the last place") {
  require_logarithms<float>();
  require_logarithms<double>();
}

TEST_CASE("mixtures average probabilities, or their logarithms") {
  require_mixtures<float>(1e-5);
  require_mixtures<double>(1e-13);
}

TEST_CASE("a mixture of one with itself is itself, to the bit") {
  for (const std::int64_t columns : {1, 8, 37}) {
    const auto x = members<float>(2, columns);
    const kernels::Mixture<float> what{2, columns, {x[0].data(), x[0].data()}, {0.5F, 0.5F}};
    std::vector<float> y(x[0].size());
    kernels::mix_probabilities(what, y.data());
    REQUIRE(y == x[0]);
  }
}

TEST_CASE("NaN is not mixed away") {
  const std::vector<float> sane(9, -1.0F);
  std::vector<float> mad = sane;
  mad[4] = std::numeric_limits<float>::quiet_NaN();
  for (const bool first : {true, false}) {
    kernels::Mixture<float> what{1, 9, {sane.data(), sane.data()}, {0.5F, 0.5F}};
    what.members[first ? 0 : 1] = mad.data();
    std::vector<float> y(9);
    kernels::mix_probabilities(what, y.data());
    REQUIRE(std::isnan(y[4]));
    REQUIRE(y[3] == -1);
    kernels::mix_log_probabilities(what, y.data());
    REQUIRE(std::isnan(y[4]));
  }
}
