#include "limn/ops/layer_norm.h"

#include <cmath>

#include "limn/core/error.h"
#include "limn/core/threads.h"
#include "support/gradients.h"
#include "support/tensors.h"

using namespace limn;
using test::doubles;
using test::random_floats;
using test::random_tensor;

TEST_CASE("layer_norm of a hand-worked row") {
  // Mean 2, biased variance 2/3, unbiased deviation 1.
  const Variable x(doubles(Shape{1, 3}, {1, 2, 3}));
  const Variable weight(doubles({2, 2, 4}));
  const Variable bias(doubles({0, 5, 1}));
  const Tensor biased = ops::layer_norm(x, weight, bias, {.epsilon = 1.0 / 3}).value();
  REQUIRE(test::elements_of(biased)[0] == Approx(-2));
  REQUIRE(test::elements_of(biased)[1] == Approx(5));
  REQUIRE(test::elements_of(biased)[2] == Approx(5));
  const Tensor unbiased =
      ops::layer_norm(x, weight, bias, {.epsilon = 1, .unbiased = true}).value();
  REQUIRE(test::elements_of(unbiased)[0] == Approx(-1));
  REQUIRE(test::elements_of(unbiased)[1] == Approx(5));
  REQUIRE(test::elements_of(unbiased)[2] == Approx(3));
}

TEST_CASE("gradients of layer_norm") {
  for (const bool unbiased : {false, true}) {
    for (const Shape& shape : {Shape{2, 3, 9}, Shape{70, 2}, Shape{1, 17}, Shape{5}}) {
      const Shape row{shape[-1]};
      INFO(shape.to_string() << ", unbiased " << unbiased);
      test::require_gradients(
          [&](const auto& in) {
            return ops::layer_norm(in[0], in[1], in[2], {.epsilon = 0.1, .unbiased = unbiased});
          },
          {random_tensor(shape, 1), random_tensor(row, 2), random_tensor(row, 3)});
    }
  }
}

TEST_CASE("layer_norm without weight and bias") {
  test::require_gradients([](const auto& in) { return ops::layer_norm(in[0], {}, {}, {}); },
                          {random_tensor(Shape{3, 4}, 1)});
}

TEST_CASE("layer_norm of a large offset keeps its precision") {
  Tensor x = random_floats(Shape{2, 300}, 1);
  for (float& value : x.span<float>()) value += 1000;
  const Tensor y = ops::layer_norm(Variable(x), {}, {}, {}).value();
  const Tensor exact = ops::layer_norm(Variable(x.to(DType::float64)), {}, {}, {}).value();
  for (std::int64_t i = 0; i < y.elements(); ++i)
    REQUIRE(static_cast<double>(y.data<float>()[i]) ==
            Approx(exact.data<double>()[i]).margin(2e-3));
}

TEST_CASE("layer_norm of equal values is the bias, with a gradient of 0") {
  for (const bool unbiased : {false, true}) {
    const Variable x(Tensor::full(Shape{1, 4}, 3), true);
    const Variable bias(Tensor::full(Shape{4}, 7));
    const Variable y = ops::layer_norm(x, {}, bias, {.unbiased = unbiased});
    REQUIRE(test::elements_of<float>(y.value()) == std::vector<float>(4, 7));
    backward(y, Tensor::full(y.shape(), 1));
    REQUIRE(test::elements_of<float>(x.grad()) == std::vector<float>(4, 0));
  }
}

TEST_CASE("layer_norm has the same bits on any number of threads") {
  const int threads = thread_count();
  const auto run = [](int count) {
    set_thread_count(count);
    const Variable x(random_floats(Shape{333, 65}, 1), true);
    const Variable weight(random_floats(Shape{65}, 2), true);
    const Variable y = ops::layer_norm(x, weight, {}, {});
    backward(y, random_floats(y.shape(), 3));
    std::vector<float> all = test::elements_of<float>(x.grad());
    for (const float value : weight.grad().span<float>()) all.push_back(value);
    return all;
  };
  const auto one = run(1);
  const auto three = run(3);
  set_thread_count(threads);
  REQUIRE(one == three);
}

TEST_CASE("layer_norm of no rows") {
  REQUIRE(ops::layer_norm(Variable(Tensor(Shape{0, 4})), {}, {}, {}).shape() == Shape{0, 4});
}

TEST_CASE("layer_norm says what does not fit") {
  const Variable x(Tensor::zeros(Shape{2, 3}));
  const Variable two(Tensor::zeros(Shape{2}));
  REQUIRE_THROWS_TEXT(
      ops::layer_norm(x, two, {}, {}), InvalidArgument,
      "layer_norm: x float32 [2, 3] needs weight and bias of [3] and its dtype; got float32 [2], "
      "none");
  REQUIRE_THROWS_TEXT(ops::layer_norm(x, {}, {}, {.epsilon = -1}), InvalidArgument,
                      "layer_norm: epsilon must be at least 0; got -1");
  REQUIRE_THROWS_TEXT(
      ops::layer_norm(Variable(Tensor::zeros(Shape{2, 1})), {}, {}, {.unbiased = true}),
      InvalidArgument, "layer_norm: needs D of at least 2; x is [2, 1]");
  REQUIRE_THROWS_TEXT(ops::layer_norm(Variable(Tensor::zeros(Shape{})), {}, {}, {}),
                      InvalidArgument, "layer_norm: x must be [..., D]; got []");
  REQUIRE_THROWS_TEXT(ops::layer_norm(Variable(Tensor(Shape{2}, DType::int32)), {}, {}, {}),
                      InvalidArgument, "layer_norm: needs float32 or float64; got int32");
}
