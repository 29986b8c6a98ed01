#include "kernels/vector.h"

#include <cmath>
#include <limits>

#include "support/catch.h"
#include "support/random.h"

using namespace limn;
using namespace limn::kernels;

TEMPLATE_TEST_CASE("a vector is loaded from and stored to any place", "", float, double) {
  constexpr std::int64_t lanes = kLanes<TestType>;
  const auto from = test::random_values<TestType>(lanes + 1, 1);
  std::vector<TestType> to(lanes + 2, 7);
  store(to.data() + 1, load(from.data() + 1));
  REQUIRE(to.front() == 7);
  REQUIRE(to.back() == 7);
  REQUIRE(std::equal(from.begin() + 1, from.end(), to.begin() + 1));
}

TEMPLATE_TEST_CASE("broadcast fills every lane, clamp keeps NaN", "", float, double) {
  constexpr std::int64_t lanes = kLanes<TestType>;
  auto v = broadcast(TestType(-3));
  v[0] = std::numeric_limits<TestType>::quiet_NaN();
  v[1] = std::numeric_limits<TestType>::infinity();
  v[2] = TestType(0.5);
  const auto clamped = clamp<TestType>(v, broadcast(TestType(-1)), broadcast(TestType(2)));
  REQUIRE(std::isnan(clamped[0]));
  REQUIRE(clamped[1] == 2);
  REQUIRE(clamped[2] == TestType(0.5));
  for (std::int64_t i = 3; i < lanes; ++i) REQUIRE(clamped[i] == -1);
}
