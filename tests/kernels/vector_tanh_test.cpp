#include "kernels/vector_tanh.h"

#include <cmath>
#include <limits>

#include "support/catch.h"

using namespace limn;
using namespace limn::kernels;

namespace {

template <class T>
T tanh_of(T x, std::int64_t lane = 0) {
  T values[kLanes<T>] = {};
  values[lane] = x;
  store<T>(values, kernels::tanh<T>(load<T>(values)));
  return values[lane];
}

// In units of the last place (machine epsilons of the result).
template <class T>
double largest_tanh_error(double low, double high) {
  double largest = 0;
  for (int i = 0; i < 20000; ++i) {
    const T x = static_cast<T>(low + (high - low) * i / 20000);
    if (x == 0) continue;
    const long double exact = std::tanh(static_cast<long double>(x));
    const long double error = std::abs((static_cast<long double>(tanh_of(x)) - exact) / exact);
    largest = std::max(largest, static_cast<double>(error) / std::numeric_limits<T>::epsilon());
  }
  return largest;
}

}  // namespace

TEST_CASE("tanh of vectors is right to a few units in the last place, near 0 too") {
  REQUIRE(largest_tanh_error<float>(-12, 12) < 3);
  REQUIRE(largest_tanh_error<float>(-1e-3, 1e-3) < 3);
  REQUIRE(largest_tanh_error<double>(-25, 25) < 3);
  REQUIRE(largest_tanh_error<double>(-1e-5, 1e-5) < 3);
}

TEST_CASE("tanh of special values") {
  const float inf = std::numeric_limits<float>::infinity();
  REQUIRE(tanh_of(inf) == 1);
  REQUIRE(tanh_of(-inf) == -1);
  REQUIRE(tanh_of(0.0f) == 0);
  REQUIRE(std::isnan(tanh_of(std::nanf(""))));
  REQUIRE(tanh_of(-static_cast<double>(inf)) == -1);
  REQUIRE(std::isnan(tanh_of(std::nan(""))));
}

TEST_CASE("tanh is the same in every lane") {
  for (std::int64_t lane = 0; lane < kLanes<float>; ++lane)
    REQUIRE(tanh_of(-0.7f, lane) == tanh_of(-0.7f));
}
