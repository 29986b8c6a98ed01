#include "kernels/top_k.h"

#include <limits>
#include <vector>

#include "limn/core/generator.h"
#include "support/catch.h"

using namespace limn;

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

template <class T>
struct Result {
  std::int64_t nan;
  std::vector<T> values;
  std::vector<std::int32_t> indices;
  friend bool operator==(const Result&, const Result&) = default;
};

template <class T, class Function>
Result<T> run(Function function, const kernels::TopK& what, const std::vector<T>& x) {
  const auto size = static_cast<std::size_t>(what.rows * what.k);
  Result<T> result{0, std::vector<T>(size), std::vector<std::int32_t>(size)};
  result.nan = function(what, x.data(), result.values.data(), result.indices.data());
  return result;
}

template <class T>
std::vector<T> coarse_values(std::int64_t n, std::uint64_t seed) {
  Generator generator(seed);
  std::vector<T> x(static_cast<std::size_t>(n));
  for (T& value : x) value = static_cast<T>(generator.below(50)) - 60;
  return x;
}

template <class T>
void compare_with_the_reference(std::int64_t rows, std::int64_t columns, std::int64_t k) {
  std::vector<T> x = coarse_values<T>(rows * columns, 3);
  for (std::size_t i = 0; i < x.size(); i += 7) x[i] = -std::numeric_limits<T>::infinity();
  std::vector<std::uint8_t> excluded(static_cast<std::size_t>(columns));
  for (std::size_t i = 0; i < excluded.size(); i += 5) excluded[i] = 1;
  for (const bool masked : {false, true}) {
    const kernels::TopK what{rows, columns, k, masked ? excluded.data() : nullptr};
    REQUIRE(run(kernels::top_k<T>, what, x) == run(kernels::top_k_naive<T>, what, x));
  }
}

}  // namespace

TEST_CASE("the k largest fall, equal ones keep the lower index first") {
  const auto result = run<double>(kernels::top_k<double>, {.rows = 2, .columns = 4, .k = 3},
                                  {1, 5, 5, 2, -1, -kInfinity, -kInfinity, -1});
  REQUIRE(result.nan == -1);
  REQUIRE(result.values == std::vector<double>{5, 5, 2, -1, -1, -kInfinity});
  REQUIRE(result.indices == std::vector<std::int32_t>{1, 2, 3, 0, 3, -1});
}

TEST_CASE("the k largest agree with a full sort") {
  for (const std::int64_t columns : {1, 3, 63, 64, 65, 1000}) {
    for (const std::int64_t k : {1, 2, 3, 17, 70}) {
      compare_with_the_reference<float>(4, columns, k);
      compare_with_the_reference<double>(4, columns, k);
    }
  }
  compare_with_the_reference<float>(50, 2000, 5);
}

TEST_CASE("the k largest where hardly anything may be taken, and of infinity") {
  const std::int64_t columns = 5000;
  std::vector<float> x = coarse_values<float>(2 * columns, 9);
  x[4321] = x[17] = static_cast<float>(kInfinity);
  std::vector<std::uint8_t> excluded(static_cast<std::size_t>(columns), 1);
  excluded[4000] = excluded[4001] = 0;
  for (const bool masked : {false, true}) {
    const kernels::TopK what{2, columns, 3, masked ? excluded.data() : nullptr};
    REQUIRE(run(kernels::top_k<float>, what, x) == run(kernels::top_k_naive<float>, what, x));
  }
}

TEST_CASE("a NaN is found wherever it is, the first of the first row") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const std::size_t place : {0u, 1u, 300u, 599u}) {
    std::vector<double> x = coarse_values<double>(600, 1);
    x[place] = x[599] = nan;
    const auto result = run(kernels::top_k<double>, {.rows = 2, .columns = 300, .k = 2}, x);
    REQUIRE(result.nan == static_cast<std::int64_t>(place));
  }
}

TEST_CASE("the k largest of no rows and of no columns") {
  REQUIRE(run<float>(kernels::top_k<float>, {.rows = 0, .columns = 5, .k = 2}, {}).nan == -1);
  const auto empty = run<float>(kernels::top_k<float>, {.rows = 1, .columns = 0, .k = 1}, {});
  REQUIRE(empty.indices == std::vector<std::int32_t>{-1});
}
