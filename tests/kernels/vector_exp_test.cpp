#include "kernels/vector_exp.h"

#include <cmath>
#include <limits>

#include "support/catch.h"

using namespace limn;
using namespace limn::kernels;

namespace {

template <class T>
T exp_of(T x, std::int64_t lane = 0) {
  T values[kLanes<T>] = {};
  values[lane] = x;
  store<T>(values, kernels::exp<T>(load<T>(values)));
  return values[lane];
}

// The largest error in units of the last place (machine epsilons of the result).
template <class T>
double largest_error(double low, double high) {
  double largest = 0;
  for (int i = 0; i < 20000; ++i) {
    const T x = static_cast<T>(low + (high - low) * i / 20000);
    const long double exact = std::exp(static_cast<long double>(x));
    const long double error = std::abs((static_cast<long double>(exp_of(x)) - exact) / exact);
    largest = std::max(largest, static_cast<double>(error) / std::numeric_limits<T>::epsilon());
  }
  return largest;
}

}  // namespace

TEST_CASE("exp of vectors is right to one unit in the last place") {
  REQUIRE(largest_error<float>(-87.3, 88) < 1);
  REQUIRE(largest_error<float>(-1, 0) < 1);
  REQUIRE(largest_error<double>(-708, 709) < 1);
  REQUIRE(largest_error<double>(-1, 0) < 1);
}

TEST_CASE("exp of special values") {
  const float inf = std::numeric_limits<float>::infinity();
  REQUIRE(exp_of(-inf) == 0);
  REQUIRE(exp_of(-87.4f) == 0);
  REQUIRE(exp_of(0.0f) == 1);
  REQUIRE(exp_of(inf) == exp_of(88.0f));
  REQUIRE(std::isnan(exp_of(std::nanf(""))));
  REQUIRE(exp_of(-static_cast<double>(inf)) == 0);
  REQUIRE(std::isnan(exp_of(std::nan(""))));
}

TEST_CASE("exp is the same in every lane") {
  for (std::int64_t lane = 0; lane < kLanes<float>; ++lane)
    REQUIRE(exp_of(-3.7f, lane) == exp_of(-3.7f));
}
