#include "kernels/clip.h"

#include <algorithm>
#include <vector>

#include "limn/core/threads.h"
#include "support/catch.h"
#include "support/random.h"

using namespace limn;

namespace {

template <class T>
std::vector<std::vector<T>> ranges_of_many_sizes() {
  std::vector<std::vector<T>> ranges;
  for (const std::int64_t n : {1, 0, 31, 32, 8192, 8193, 5, 50000})
    ranges.push_back(test::random_values<T>(n, static_cast<std::uint64_t>(n)));
  return ranges;
}

template <class T>
std::vector<kernels::Range<T>> pointers(std::vector<std::vector<T>>& ranges) {
  std::vector<kernels::Range<T>> all;
  for (auto& range : ranges) all.push_back({static_cast<std::int64_t>(range.size()), range.data()});
  return all;
}

}  // namespace

TEMPLATE_TEST_CASE("sum_of_squares is the naive sum", "", float, double) {
  auto ranges = ranges_of_many_sizes<TestType>();
  long double expected = 0;
  for (const auto& range : ranges) {
    for (const TestType x : range) expected += static_cast<long double>(x) * x;
  }
  REQUIRE(kernels::sum_of_squares<TestType>(pointers(ranges)) ==
          Approx(static_cast<double>(expected)).epsilon(1e-13));
}

TEST_CASE("sum_of_squares meets every element once") {
  for (const std::size_t at : {0, 7, 8, 31, 32, 8191, 8192, 8199, 16384, 20000}) {
    std::vector<std::vector<float>> ranges = {std::vector<float>(20001, 0.0f)};
    ranges[0][at] = 3;
    REQUIRE(kernels::sum_of_squares<float>(pointers(ranges)) == 9);
  }
}

TEST_CASE("sum_of_squares of large float32 values does not overflow") {
  std::vector<std::vector<float>> ranges = {std::vector<float>(100, 1e38f)};
  REQUIRE(kernels::sum_of_squares<float>(pointers(ranges)) == Approx(1e78));
}

TEST_CASE("sum_of_squares has the same bits on any number of threads") {
  const int threads = thread_count();
  auto ranges = ranges_of_many_sizes<float>();
  set_thread_count(1);
  const double one = kernels::sum_of_squares<float>(pointers(ranges));
  set_thread_count(3);
  const double three = kernels::sum_of_squares<float>(pointers(ranges));
  set_thread_count(threads);
  REQUIRE(one == three);
}

TEMPLATE_TEST_CASE("scale and clamp change every element of every range", "", float, double) {
  auto ranges = ranges_of_many_sizes<TestType>();
  const auto before = ranges;
  kernels::scale<TestType>(0.5, pointers(ranges));
  auto expected = before;
  for (auto& range : expected) {
    for (TestType& x : range) x *= TestType(0.5);
  }
  REQUIRE((ranges == expected));
  kernels::clamp<TestType>(0.25, pointers(ranges));
  for (auto& range : expected) {
    for (TestType& x : range) x = std::clamp(x, TestType(-0.25), TestType(0.25));
  }
  REQUIRE((ranges == expected));
}
