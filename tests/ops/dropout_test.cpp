#include "limn/ops/dropout.h"

#include <algorithm>

#include "limn/core/error.h"
#include "limn/core/threads.h"
#include "support/gradients.h"
#include "support/tensors.h"

using namespace limn;
using test::elements_of;
using test::random_tensor;

TEST_CASE("dropout keeps, scaled, or clears") {
  const Variable x(Tensor::full(Shape{100, 100}, 3));
  Generator generator(1);
  const auto y = elements_of<float>(ops::dropout(x, 0.25, generator).value());
  const auto zeros = std::count(y.begin(), y.end(), 0.0f);
  REQUIRE(zeros == Approx(2500).margin(130));  // three standard deviations
  REQUIRE(std::count(y.begin(), y.end(), 4.0f) == 10000 - zeros);
}

TEST_CASE("dropout draws the numbers of its generator") {
  // Element e takes word e / 64 of counter e mod 64, in groups of 256 elements.
  const std::int64_t n = 700;
  const Variable x(Tensor::full(Shape{n}, 1));
  Generator generator({.seed = 9, .counter = 5});
  const auto y = elements_of<float>(ops::dropout(x, 0.5, generator).value());
  for (std::int64_t e = 0; e < n; ++e) {
    const auto counter = static_cast<std::uint64_t>(5 + e / 256 * 64 + e % 64);
    const auto word = philox(9, counter)[static_cast<std::size_t>(e % 256 / 64)];
    REQUIRE(y[static_cast<std::size_t>(e)] == (word < 0x80000000u ? 0 : 2));
  }
  REQUIRE(generator.state() == Generator::State{.seed = 9, .counter = 5 + 3 * 64});
}

TEST_CASE("dropout has the same bits on any number of threads") {
  const int threads = thread_count();
  const auto run = [](int count) {
    set_thread_count(count);
    Generator generator(3);
    return elements_of<float>(
        ops::dropout(Variable(random_tensor(Shape{5000}, 1, DType::float32)), 0.3, generator)
            .value());
  };
  const auto one = run(1);
  const auto three = run(3);
  set_thread_count(threads);
  REQUIRE(one == three);
}

TEST_CASE("gradients of dropout") {
  test::require_gradients(
      [](const auto& in) {
        Generator generator(2);
        return ops::dropout(in[0], 0.4, generator);
      },
      {random_tensor(Shape{3, 100}, 1)});
}

TEST_CASE("dropout with p = 0 is the identity and draws nothing") {
  Generator generator(1);
  const Variable x(random_tensor(Shape{3}, 1));
  REQUIRE(ops::dropout(x, 0, generator) == x);
  REQUIRE(generator.state() == Generator(1).state());
  REQUIRE(ops::dropout(Variable(Tensor(Shape{0, 3})), 0.5, generator).shape() == Shape{0, 3});
}

TEST_CASE("dropout says what does not fit") {
  Generator generator(1);
  const Variable x(Tensor::zeros(Shape{3}));
  REQUIRE_THROWS_TEXT(ops::dropout(x, 1, generator), InvalidArgument,
                      "dropout: p must be in [0, 1); got 1");
  REQUIRE_THROWS_TEXT(ops::dropout(x, -0.5, generator), InvalidArgument,
                      "dropout: p must be in [0, 1); got -0.5");
}
