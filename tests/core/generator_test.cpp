#include "limn/core/generator.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
#include <vector>

#include "limn/core/error.h"
#include "limn/core/threads.h"
#include "support/catch.h"

using namespace limn;

namespace {

using Counter = std::array<std::uint32_t, 4>;

// Philox4x32-10 as the paper writes it, for all 128 bits of the counter.
Counter philox_by_the_paper(Counter x, std::array<std::uint32_t, 2> key) {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t p0 = 0xD2511F53ull * x[0];
    const std::uint64_t p1 = 0xCD9E8D57ull * x[2];
    const auto high = [](std::uint64_t p) { return static_cast<std::uint32_t>(p >> 32); };
    const auto low = [](std::uint64_t p) { return static_cast<std::uint32_t>(p); };
    x = {high(p1) ^ x[1] ^ key[0], low(p1), high(p0) ^ x[3] ^ key[1], low(p0)};
    key = {key[0] + 0x9E3779B9u, key[1] + 0xBB67AE85u};
  }
  return x;
}

std::vector<double> draws(int n, double (Generator::*draw)(), std::uint64_t seed = 1) {
  Generator generator(seed);
  std::vector<double> values(static_cast<std::size_t>(n));
  for (double& value : values) value = (generator.*draw)();
  return values;
}

// Mean of (x − centre)^power.
double moment(const std::vector<double>& values, double centre, int power) {
  double sum = 0;
  for (const double x : values) sum += std::pow(x - centre, power);
  return sum / static_cast<double>(values.size());
}

Tensor filled(std::int64_t n, DType dtype = DType::float64) {
  Tensor tensor(Shape{n}, dtype);
  Generator generator(5);
  generator.fill_normal(tensor, 0, 1);
  return tensor;
}

}  // namespace

TEST_CASE("philox gives the published numbers") {
  // Random123's kat_vectors, philox4x32 10 rounds.
  REQUIRE(philox_by_the_paper({0, 0, 0, 0}, {0, 0}) ==
          Counter{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
  constexpr std::uint32_t ones = 0xffffffff;
  REQUIRE(philox_by_the_paper({ones, ones, ones, ones}, {ones, ones}) ==
          Counter{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
  REQUIRE(philox_by_the_paper({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
                              {0xa4093822, 0x299f31d0}) ==
          Counter{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
  REQUIRE(philox(0, 0) == Counter{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
  for (std::uint64_t i = 1; i < 200; ++i) {
    const std::uint64_t key = i * 0x9E3779B97F4A7C15u;
    const std::uint64_t counter = i * 0xBF58476D1CE4E5B9u;
    const auto low = [](std::uint64_t x) { return static_cast<std::uint32_t>(x); };
    REQUIRE(philox(key, counter) == philox_by_the_paper({low(counter), low(counter >> 32), 0, 0},
                                                        {low(key), low(key >> 32)}));
  }
}

TEST_CASE("uniform numbers have the moments of U(0, 1)") {
  const auto values = draws(200'000, &Generator::uniform);
  REQUIRE(*std::min_element(values.begin(), values.end()) >= 0);
  REQUIRE(*std::max_element(values.begin(), values.end()) < 1);
  // Five standard deviations: √(1/12 / n), √(1/180 / n).
  REQUIRE(moment(values, 0, 1) == Approx(0.5).margin(5 * 0.2887 / std::sqrt(2e5)));
  REQUIRE(moment(values, 0.5, 2) == Approx(1.0 / 12).margin(5 * 0.0745 / std::sqrt(2e5)));
}

TEST_CASE("uniform numbers are spread evenly") {
  std::vector<int> bins(100, 0);
  for (const double x : draws(100'000, &Generator::uniform))
    ++bins[static_cast<std::size_t>(x * 100)];
  double chi_squared = 0;
  for (const int count : bins) chi_squared += std::pow(count - 1000.0, 2) / 1000;
  REQUIRE(chi_squared < 160);  // 99 degrees of freedom: once in 10⁴ seeds
  REQUIRE(chi_squared > 50);
}

TEST_CASE("normal numbers have the moments of N(0, 1)") {
  const auto values = draws(200'000, &Generator::normal);
  const double root = std::sqrt(2e5);
  REQUIRE(moment(values, 0, 1) == Approx(0).margin(5 / root));
  REQUIRE(moment(values, 0, 2) == Approx(1).margin(5 * std::sqrt(2) / root));
  REQUIRE(moment(values, 0, 3) == Approx(0).margin(5 * std::sqrt(15) / root));
  REQUIRE(moment(values, 0, 4) == Approx(3).margin(5 * std::sqrt(96) / root));
  const auto beyond =
      std::count_if(values.begin(), values.end(), [](double x) { return std::abs(x) > 3; });
  REQUIRE(static_cast<double>(beyond) / 2e5 == Approx(0.0027).margin(0.0006));
}

TEST_CASE("below is unbiased and stays below") {
  Generator generator(3);
  std::vector<int> counts(7, 0);
  for (int i = 0; i < 70'000; ++i) ++counts[static_cast<std::size_t>(generator.below(7))];
  for (const int count : counts) REQUIRE(std::abs(count - 10'000) < 5 * 93);
  for (int i = 0; i < 100; ++i) REQUIRE(generator.below(1) == 0);
}

TEST_CASE("below of a large range is unbiased too") {
  // 3 · 2^61: without rejection the lower third would come twice as often as it should.
  const std::int64_t n = (std::int64_t{1} << 61) * 3;
  Generator generator(4);
  std::vector<int> thirds(3, 0);
  for (int i = 0; i < 30'000; ++i) {
    const std::int64_t x = generator.below(n);
    REQUIRE((x >= 0 && x < n));
    ++thirds[static_cast<std::size_t>(x >> 61)];
  }
  for (const int count : thirds) REQUIRE(std::abs(count - 10'000) < 5 * 82);
}

TEST_CASE("below needs a range") {
  REQUIRE_THROWS_TEXT(Generator(1).below(0), InvalidArgument,
                      "Generator::below: n must be at least 1; got 0");
}

TEST_CASE("a generator is its state") {
  Generator generator(9);
  generator.uniform();
  generator.below(1000);
  generator.normal();
  Generator copy(generator.state());
  REQUIRE(copy.state() == generator.state());
  for (int i = 0; i < 10; ++i) REQUIRE(copy.bits() == generator.bits());
  REQUIRE(Generator(9).bits() != Generator(10).bits());
}

TEST_CASE("reserve hands out counters once") {
  Generator generator(1);
  REQUIRE(generator.reserve(10) == 0);
  REQUIRE(generator.reserve(1) == 10);
  REQUIRE(generator.state().counter == 11);
}

TEST_CASE("a filled tensor takes the counters that it needs") {
  for (const std::int64_t n : {0, 1, 2, 5}) {
    Generator generator(1);
    Tensor tensor(Shape{n});
    generator.fill_uniform(tensor, -1, 1);
    REQUIRE(generator.state().counter == static_cast<std::uint64_t>(n + 1) / 2);
  }
}

TEST_CASE("a tensor is filled the same on any number of threads") {
  const int threads = thread_count();
  const auto run = [](int count) {
    set_thread_count(count);
    const Tensor tensor = filled(200'001);
    return std::vector<double>(tensor.span<double>().begin(), tensor.span<double>().end());
  };
  const auto one = run(1);
  const auto two = run(2);
  set_thread_count(threads);
  REQUIRE(one == two);
  REQUIRE(moment(one, 0, 2) == Approx(1).margin(0.02));
}

TEST_CASE("float32 is filled with the rounded numbers of float64") {
  const Tensor a = filled(101, DType::float64);
  const Tensor b = filled(101, DType::float32);
  for (std::int64_t i = 0; i < 101; ++i)
    REQUIRE(b.data<float>()[i] == static_cast<float>(a.data<double>()[i]));
}

TEST_CASE("fill_uniform keeps to its limits and fill_normal to its moments") {
  Generator generator(6);
  Tensor tensor(Shape{100'000}, DType::float64);
  generator.fill_uniform(tensor, 2, 6);
  std::vector<double> values(tensor.span<double>().begin(), tensor.span<double>().end());
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  REQUIRE((*low >= 2 && *low < 2.01 && *high < 6 && *high > 5.99));
  generator.fill_normal(tensor, 10, 0.5);
  values.assign(tensor.span<double>().begin(), tensor.span<double>().end());
  REQUIRE(moment(values, 0, 1) == Approx(10).margin(0.01));
  REQUIRE(moment(values, 10, 2) == Approx(0.25).margin(0.01));
}

TEST_CASE("only floating tensors are filled, and no counters are lost otherwise") {
  Generator generator(1);
  Tensor ids(Shape{4}, DType::int32);
  REQUIRE_THROWS_TEXT(generator.fill_uniform(ids, 0, 1), InvalidArgument,
                      "Generator::fill_uniform: needs float32 or float64; got int32");
  REQUIRE_THROWS_TEXT(generator.fill_normal(ids, 0, 1), InvalidArgument,
                      "Generator::fill_normal: needs float32 or float64; got int32");
  REQUIRE(generator.state().counter == 0);
}

TEST_CASE("forks depend on the seed and the stream only") {
  Generator generator(7);
  const Generator early = generator.fork(3);
  generator.uniform();
  REQUIRE(generator.fork(3).state() == early.state());
  REQUIRE_FALSE(generator.fork(4).state() == early.state());
  REQUIRE_FALSE(Generator(8).fork(3).state() == early.state());
}

TEST_CASE("forks are independent of each other and of their origin") {
  const int n = 20'000;
  const Generator origin(7);
  const auto numbers = [&](Generator generator) {
    std::vector<double> values(n);
    for (double& value : values) value = generator.uniform() - 0.5;
    return values;
  };
  const std::vector<std::vector<double>> streams = {numbers(origin), numbers(origin.fork(0)),
                                                    numbers(origin.fork(1)),
                                                    numbers(origin.fork(0).fork(0))};
  for (std::size_t a = 0; a < streams.size(); ++a) {
    for (std::size_t b = 0; b < a; ++b) {
      const double product =
          std::inner_product(streams[a].begin(), streams[a].end(), streams[b].begin(), 0.0);
      REQUIRE(std::abs(12 * product / n) < 5 / std::sqrt(n));
    }
  }
  std::set<std::uint64_t> seeds;
  for (std::uint64_t stream = 0; stream < 10'000; ++stream)
    seeds.insert(origin.fork(stream).state().seed);
  REQUIRE(seeds.size() == 10'000);
}

TEST_CASE("shuffle makes every order equally likely") {
  Generator generator(11);
  std::vector<int> counts(6, 0);
  for (int i = 0; i < 12'000; ++i) {
    std::array<int, 3> items = {0, 1, 2};
    generator.shuffle(std::span<int>(items));
    REQUIRE(items[0] + items[1] + items[2] == 3);
    ++counts[static_cast<std::size_t>(items[0] * 2 + (items[1] > items[2]))];
  }
  for (const int count : counts) REQUIRE(std::abs(count - 2000) < 5 * 41);
}
