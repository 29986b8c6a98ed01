#include "kernels/elementwise.h"

#include "support/catch.h"
#include "support/random.h"

using namespace limn;
using test::random_values;

TEMPLATE_TEST_CASE("axpy adds and affine replaces", "", float, double) {
  for (const std::int64_t n : {0, 1, 13, 70'000}) {
    const auto x = random_values<TestType>(n, 1);
    const auto start = random_values<TestType>(n, 2);
    auto sum = start;
    kernels::axpy<TestType>(n, TestType(0.5), x.data(), sum.data());
    auto line = start;
    kernels::affine<TestType>(n, TestType(0.5), TestType(2), x.data(), line.data());
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      wrong += sum[i] != start[i] + TestType(0.5) * x[i];
      wrong += line[i] != TestType(0.5) * x[i] + TestType(2);
    }
    REQUIRE(wrong == 0);
  }
}

TEST_CASE("affine works in place") {
  std::vector<double> x = {1, 2, 3};
  kernels::affine<double>(3, 2, -1, x.data(), x.data());
  REQUIRE(x == std::vector<double>{1, 3, 5});
}
