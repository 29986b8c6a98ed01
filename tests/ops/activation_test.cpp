#include "limn/ops/activation.h"

#include <cmath>

#include "limn/core/error.h"
#include "support/gradients.h"
#include "support/tensors.h"

using namespace limn;

namespace {

Tensor values() { return test::doubles(Shape{2, 3}, {-2.5, -0.1, 0.2, 3, 5.9, 7.5}); }

std::vector<double> result_of(Variable (*function)(const Variable&), const std::vector<double>& x) {
  return test::elements_of(function(Variable(test::doubles(x))).value());
}

}  // namespace

TEST_CASE("relu and relu6 cut at 0 and 6") {
  REQUIRE(result_of(ops::relu, {-1, 0, 7}) == std::vector<double>{0, 0, 7});
  REQUIRE(result_of(ops::relu6, {-1, 0, 7}) == std::vector<double>{0, 0, 6});
}

TEST_CASE("tanh and sigmoid agree with the standard library") {
  for (const double x : {-30.0, -1.5, 0.0, 0.3, 40.0}) {
    REQUIRE(result_of(ops::tanh, {x})[0] == Approx(std::tanh(x)).margin(1e-15));
    REQUIRE(result_of(ops::sigmoid, {x})[0] == Approx(1 / (1 + std::exp(-x))).margin(1e-15));
  }
}

TEST_CASE("gradients of activations") {
  for (const auto function : {ops::relu, ops::relu6, ops::tanh, ops::sigmoid}) {
    test::require_gradients([&](const auto& x) { return function(x[0]); }, {values()});
  }
  for (const auto form : {ops::Gelu::erf, ops::Gelu::tanh})
    test::require_gradients([&](const auto& x) { return ops::gelu(x[0], form); }, {values()});
  for (const int axis : {0, -1}) {
    test::require_gradients([&](const auto& x) { return ops::glu(x[0], axis); },
                            {test::random_tensor(Shape{2, 4}, 1)});
  }
}

TEST_CASE("the gradient at the kinks is 0") {
  const Variable x(Tensor::from(Shape{2}, std::vector<float>{0, 6}), true);
  backward(ops::relu6(x), Tensor::full(x.shape(), 1));
  REQUIRE(x.grad().data<float>()[0] == 0);
  REQUIRE(x.grad().data<float>()[1] == 0);
}

TEST_CASE("activations refuse integers and accept nothing at all") {
  REQUIRE_THROWS_TEXT(ops::relu(Variable(Tensor(Shape{1}, DType::int32))), InvalidArgument,
                      "relu: needs float32 or float64; got int32");
  REQUIRE(ops::tanh(Variable(Tensor(Shape{0, 4}))).shape() == Shape{0, 4});
}

TEST_CASE("glu gates the first half by the second") {
  const Variable x(test::doubles(Shape{2, 4}, {1, 2, 0, 30, 3, 4, -30, 0}));
  const auto y = test::elements_of(ops::glu(x).value());
  REQUIRE(y[0] == Approx(0.5));
  REQUIRE(y[1] == Approx(2));
  REQUIRE(y[2] == Approx(0).margin(1e-10));
  REQUIRE(y[3] == Approx(2));
  REQUIRE_THROWS_TEXT(ops::glu(Variable(Tensor::zeros(Shape{2, 3}))), InvalidArgument,
                      "glu: axis -1 of [2, 3] must have an even size; got 3");
}
