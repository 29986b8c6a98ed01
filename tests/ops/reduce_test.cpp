#include "limn/ops/reduce.h"

#include <cmath>

#include "limn/core/error.h"
#include "limn/core/threads.h"
#include "support/gradients.h"
#include "support/tensors.h"

using namespace limn;
using test::doubles;
using test::elements_of;
using test::random_tensor;

TEST_CASE("sum and mean of hand-worked values") {
  const Variable x(doubles(Shape{2, 3}, {1, 2, 3, 4, 5, 9}));
  REQUIRE(ops::sum(x).shape() == Shape{});
  REQUIRE(ops::sum(x).value().item() == 24);
  REQUIRE(ops::mean(x).value().item() == 4);
  REQUIRE(elements_of(ops::sum(x, 0).value()) == std::vector<double>{5, 7, 12});
  REQUIRE(elements_of(ops::sum(x, -1).value()) == std::vector<double>{6, 18});
  REQUIRE(elements_of(ops::mean(x, 0).value()) == std::vector<double>{2.5, 3.5, 6});
  REQUIRE(elements_of(ops::mean(x, 1).value()) == std::vector<double>{2, 6});
}

TEST_CASE("a sum over an axis takes it out of the shape") {
  const Variable x(doubles(Shape{2, 3, 2}, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}));
  const Variable y = ops::sum(x, 1);
  REQUIRE(y.shape() == Shape{2, 2});
  REQUIRE(elements_of(y.value()) == std::vector<double>{6, 9, 24, 27});
  REQUIRE(ops::sum(Variable(doubles(Shape{3}, {1, 2, 3})), 0).shape() == Shape{});
}

TEST_CASE("sums of nothing are 0, means NaN") {
  const Variable x(doubles(Shape{0, 2}, {}));
  REQUIRE(ops::sum(x).value().item() == 0);
  REQUIRE(std::isnan(ops::mean(x).value().item()));
  REQUIRE(elements_of(ops::sum(x, 0).value()) == std::vector<double>{0, 0});
  REQUIRE(ops::sum(x, 1).shape() == Shape{0});
  REQUIRE(elements_of(ops::sum(Variable(doubles(Shape{2, 0}, {})), 1).value()) ==
          std::vector<double>{0, 0});
}

TEST_CASE("gradients of sums and means") {
  const Tensor x = random_tensor(Shape{2, 3, 4}, 1);
  const auto require_ok = [&](const auto& function) {
    test::require_gradients([&](const auto& in) { return function(in[0]); }, {x});
  };
  require_ok([](const Variable& v) { return ops::sum(v); });
  require_ok([](const Variable& v) { return ops::mean(v); });
  for (const int axis : {0, 1, 2}) {
    require_ok([&](const Variable& v) { return ops::sum(v, axis); });
    require_ok([&](const Variable& v) { return ops::mean(v, axis); });
  }
}

TEST_CASE("a sum of many floats keeps its precision") {
  const Tensor x = random_tensor(Shape{1000, 1000}, 1, DType::float32, 0, 1);
  double expected = 0;
  for (const float value : x.span<float>()) expected += value;
  REQUIRE(ops::sum(Variable(x)).value().item() == Approx(expected).epsilon(1e-7));
  REQUIRE(ops::mean(ops::sum(Variable(x), 1)).value().item() ==
          Approx(expected / 1000).epsilon(1e-6));
}

TEST_CASE("sums have the same bits on any number of threads") {
  const int threads = thread_count();
  const Variable x(random_tensor(Shape{70, 300, 5}, 1, DType::float32));
  const auto run = [&](int count) {
    set_thread_count(count);
    std::vector<float> result = {static_cast<float>(ops::sum(x).value().item())};
    for (const int axis : {0, 1, 2})
      for (const float value : elements_of<float>(ops::sum(x, axis).value()))
        result.push_back(value);
    return result;
  };
  const auto one = run(1);
  const auto three = run(3);
  set_thread_count(threads);
  REQUIRE(one == three);
}

TEST_CASE("sums say what does not fit") {
  const Variable x(Tensor::zeros(Shape{2, 3}));
  REQUIRE_THROWS_TEXT(ops::sum(x, 2), InvalidArgument, "sum: no axis 2 in [2, 3]");
  REQUIRE_THROWS_TEXT(ops::mean(x, -3), InvalidArgument, "mean: no axis -3 in [2, 3]");
  REQUIRE_THROWS_TEXT(ops::mean(Variable(Tensor(Shape{2}, DType::uint8))), InvalidArgument,
                      "mean: needs float32 or float64; got uint8");
}
