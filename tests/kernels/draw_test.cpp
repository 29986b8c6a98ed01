#include "kernels/draw.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "limn/core/generator.h"
#include "limn/core/threads.h"
#include "support/catch.h"

using namespace limn;
using kernels::Draw;

namespace {

constexpr double kNever = -std::numeric_limits<double>::infinity();

template <class T>
std::vector<T> random_row(std::int64_t columns, std::uint64_t seed, double impossible) {
  Generator generator(seed);
  std::vector<T> x;
  for (std::int64_t i = 0; i < columns; ++i) {
    const double value = std::round(20 * generator.normal()) / 10;  // with ties
    x.push_back(static_cast<T>(generator.uniform() < impossible ? kNever : value));
  }
  return x;
}

/// Sorts every column and adds in double.
template <class T>
std::int32_t naive_draw(const Draw& what, const std::vector<T>& x, double u) {
  std::vector<std::int32_t> order(x.size());
  std::iota(order.begin(), order.end(), 0);
  std::erase_if(order, [&](auto i) {
    return std::isinf(x[static_cast<std::size_t>(i)]) ||
           (what.excluded != nullptr && what.excluded[i] != 0);
  });
  if (order.empty()) return -1;
  const auto weight = [&](std::int32_t i) {
    return std::exp(static_cast<double>(x[static_cast<std::size_t>(i)]) / what.temperature);
  };
  const auto sum = [&] {
    double total = 0;
    for (const auto i : order) total += weight(i);
    return total;
  };
  if (what.nucleus < 1) {
    std::stable_sort(order.begin(), order.end(),
                     [&](auto a, auto b) { return weight(a) > weight(b); });
    const double needed = what.nucleus * sum();
    double mass = 0;
    std::size_t kept = 0;
    while (kept < order.size() && mass < needed) mass += weight(order[kept++]);
    order.resize(kept);
    std::sort(order.begin(), order.end());
  }
  double rest = u * sum();
  for (const auto i : order) {
    rest -= weight(i);
    if (rest < 0) return i;
  }
  return order.back();
}

template <class T>
std::int32_t draw_one(const Draw& what, const std::vector<T>& x, double u) {
  const std::int64_t row = 0;
  std::int32_t drawn = -7;
  kernels::draw(what, x.data(), 1, &row, &u, &drawn);
  return drawn;
}

template <class T>
void compare(std::uint64_t seed) {
  Generator generator(seed);
  const std::int64_t columns = std::vector<std::int64_t>{1, 3, 40, 64, 65, 1000}[seed % 6];
  const auto x = random_row<T>(columns, seed, seed % 4 == 0 ? 0.5 : 0);
  std::vector<std::uint8_t> excluded;
  for (std::int64_t i = 0; i < columns; ++i) excluded.push_back(generator.uniform() < 0.2 ? 1 : 0);
  Draw what{.columns = columns};
  what.temperature = std::vector<double>{1, 0.5, 3}[seed % 3];
  what.nucleus = std::vector<double>{1, 0.9, 0.3, 0.999}[seed / 2 % 4];
  if (seed % 5 == 0) what.excluded = excluded.data();
  for (int i = 0; i < 20; ++i) {
    const double u = generator.uniform();
    INFO("seed " << seed << ", u " << u);
    REQUIRE(draw_one(what, x, u) == naive_draw(what, x, u));
  }
}

}  // namespace

TEST_CASE("draws are those of the slow and plain way") {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    compare<float>(seed);
    compare<double>(seed);
  }
}

TEST_CASE("draws go through the columns as u grows") {
  const std::vector<double> x = {std::log(0.5), kNever, std::log(0.2), std::log(0.3)};
  const Draw all{.columns = 4};
  REQUIRE(draw_one(all, x, 0) == 0);
  REQUIRE(draw_one(all, x, 0.499) == 0);
  REQUIRE(draw_one(all, x, 0.501) == 2);
  REQUIRE(draw_one(all, x, 0.699) == 2);
  REQUIRE(draw_one(all, x, 0.701) == 3);
  REQUIRE(draw_one(all, x, 1 - 0x1p-53) == 3);
  const Draw most{.columns = 4, .temperature = 1, .nucleus = 0.6, .excluded = nullptr};
  REQUIRE(draw_one(most, x, 0.62) == 0);  // of 0.5 and 0.3
  REQUIRE(draw_one(most, x, 0.63) == 3);
}

TEST_CASE("of equal columns the first are in the nucleus") {
  const std::vector<float> x(10, -2.0f);
  for (const double nucleus : {0.3, 0.25}) {
    const Draw what{.columns = 10, .temperature = 1, .nucleus = nucleus, .excluded = nullptr};
    REQUIRE(draw_one(what, x, 0) == 0);
    REQUIRE(draw_one(what, x, 0.5) == 1);
    REQUIRE(draw_one(what, x, 1 - 0x1p-53) == 2);
  }
}

TEST_CASE("the last column that can be drawn is, however near u is to 1") {
  const std::vector<float> x(1000, -3.0f);
  std::vector<std::uint8_t> excluded(1000, 0);
  std::fill(excluded.end() - 10, excluded.end(), std::uint8_t{1});
  const Draw what{.columns = 1000, .temperature = 1, .nucleus = 1, .excluded = excluded.data()};
  REQUIRE(draw_one(what, x, 1 - 0x1p-53) == 989);
}

TEST_CASE("any temperature has a draw") {
  const std::vector<float> x = {-2, -std::numeric_limits<float>::infinity(), -1, -1, -50};
  for (const double tiny : {1e-3, 1e-40, 1e-300, 5e-324}) {
    const Draw cold{.columns = 5, .temperature = tiny};
    REQUIRE(draw_one(cold, x, 0.4) == 2);
    REQUIRE(draw_one(cold, x, 0.6) == 3);
  }
  for (const double huge : {1e30, 1e300}) {
    const Draw hot{.columns = 5, .temperature = huge};
    REQUIRE(draw_one(hot, x, 0.2) == 0);
    REQUIRE(draw_one(hot, x, 0.3) == 2);
    REQUIRE(draw_one(hot, x, 0.8) == 4);
  }
}

TEST_CASE("where nothing is possible nothing is drawn") {
  const std::vector<double> x = {kNever, -1};
  const std::vector<std::uint8_t> excluded = {0, 1};
  for (const double nucleus : {1.0, 0.5}) {
    const Draw what{
        .columns = 2, .temperature = 1, .nucleus = nucleus, .excluded = excluded.data()};
    REQUIRE(draw_one(what, x, 0.5) == -1);
  }
}

TEST_CASE("an excluded column does not matter, whatever it holds") {
  const std::vector<float> x = {-1, 3e38f, -1};
  const std::vector<std::uint8_t> excluded = {0, 1, 0};
  const Draw what{.columns = 3, .temperature = 1, .nucleus = 1, .excluded = excluded.data()};
  REQUIRE(draw_one(what, x, 0.4) == 0);
  REQUIRE(draw_one(what, x, 0.6) == 2);
}

TEST_CASE("many draws are the same on any number of threads, rows in any order") {
  std::vector<float> x;
  for (std::uint64_t row = 0; row < 7; ++row)
    for (const float value : random_row<float>(500, row, 0.1)) x.push_back(value);
  constexpr std::int64_t n = 400;
  std::vector<std::int64_t> of;
  std::vector<double> u;
  Generator generator(3);
  for (std::int64_t i = 0; i < n; ++i) {
    of.push_back(generator.below(7));
    u.push_back(generator.uniform());
  }
  const Draw what{.columns = 500, .temperature = 1, .nucleus = 0.9, .excluded = nullptr};
  const int threads = thread_count();
  std::vector<std::int32_t> one(n), three(n);
  set_thread_count(1);
  kernels::draw(what, x.data(), n, of.data(), u.data(), one.data());
  set_thread_count(3);
  kernels::draw(what, x.data(), n, of.data(), u.data(), three.data());
  set_thread_count(threads);
  REQUIRE(one == three);
  for (std::size_t i = 0; i < n; ++i) {
    const auto begin = x.begin() + of[i] * 500;
    REQUIRE(one[i] == draw_one(what, std::vector<float>(begin, begin + 500), u[i]));
  }
}
