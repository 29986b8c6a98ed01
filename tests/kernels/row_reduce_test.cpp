#include "kernels/row_reduce.h"

#include <cmath>
#include <vector>

#include "support/catch.h"
#include "support/random.h"

using namespace limn;
using namespace limn::kernels;

namespace {

const std::vector<std::int64_t> kLengths = {1, 3, 4, 7, 8, 9, 15, 16, 17, 33, 511, 512, 1030};

template <class T>
void compare_with_naive(double tolerance) {
  for (const std::int64_t n : kLengths) {
    INFO("n " << n);
    const std::vector<T> x = test::random_values<T>(n, 1, -5, 5);
    T largest = x[0];
    double sum = 0;
    double exp_sum = 0;
    for (const T value : x) {
      largest = std::max(largest, value);
      sum += static_cast<double>(value);
      exp_sum += std::exp(static_cast<double>(value) - 0.5);
    }
    REQUIRE(row_max<T>(n, x.data()) == largest);
    REQUIRE(row_sum<T>(n, x.data()) == Approx(sum).margin(tolerance * static_cast<double>(n)));
    REQUIRE(row_exp_sum<T>(n, x.data(), T(0.5)) == Approx(exp_sum).epsilon(tolerance));
    std::vector<T> y(x.size() + 1, T(-7));
    REQUIRE(row_exp<T>(n, x.data(), T(0.5), y.data()) == row_exp_sum<T>(n, x.data(), T(0.5)));
    for (std::size_t i = 0; i < x.size(); ++i)
      REQUIRE(y[i] == Approx(std::exp(x[i] - T(0.5))).epsilon(tolerance));
    REQUIRE(y.back() == T(-7));
  }
}

}  // namespace

TEST_CASE("reductions of rows agree with naive loops") {
  compare_with_naive<float>(1e-6);
  compare_with_naive<double>(1e-14);
}

TEST_CASE("reductions of rows do not depend on where a row lies") {
  const std::vector<float> x = test::random_values<float>(777, 1);
  std::vector<float> moved(800);
  for (std::ptrdiff_t shift = 0; shift < 16; ++shift) {
    std::copy(x.begin(), x.end(), moved.begin() + shift);
    REQUIRE(row_sum<float>(777, moved.data() + shift) == row_sum<float>(777, x.data()));
    REQUIRE(row_exp_sum<float>(777, moved.data() + shift, 1) ==
            row_exp_sum<float>(777, x.data(), 1));
  }
}

TEST_CASE("reductions of nothing, of NaN and of infinities") {
  const float inf = std::numeric_limits<float>::infinity();
  REQUIRE(row_max<float>(0, nullptr) == -inf);
  REQUIRE(row_sum<float>(0, nullptr) == 0);
  const std::vector<float> x = {-inf, 2, std::nanf(""), -inf};
  REQUIRE(row_max<float>(4, x.data()) == 2);
  REQUIRE(std::isnan(row_exp_sum<float>(4, x.data(), 2)));
  REQUIRE(row_exp_sum<float>(2, x.data(), 2) == 1);
}
