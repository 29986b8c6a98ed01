#include "limn/nn/linear.h"

#include <algorithm>

#include "limn/core/error.h"
#include "support/catch.h"
#include "support/tensors.h"

using namespace limn;
using test::elements_of;

TEST_CASE("Linear has PyTorch's parameters and start values") {
  Generator generator(1);
  const nn::Linear linear({.inputs = 100, .outputs = 50}, generator);
  REQUIRE(linear.parameters().size() == 2);
  REQUIRE(linear.parameters()[0].first == "weight");
  REQUIRE(linear.parameters()[0].second.shape() == Shape{50, 100});
  REQUIRE(linear.parameters()[1].first == "bias");
  REQUIRE(linear.parameters()[1].second.shape() == Shape{50});
  const auto weight = elements_of<float>(linear.weight().value());
  const auto [low, high] = std::minmax_element(weight.begin(), weight.end());
  REQUIRE(*low == Approx(-0.1).epsilon(0.01));
  REQUIRE(*high == Approx(0.1).epsilon(0.01));
}

TEST_CASE("Linear without a bias") {
  Generator generator(1);
  const nn::Linear linear({.inputs = 2, .outputs = 1, .bias = false}, generator);
  REQUIRE(linear.parameters().size() == 1);
  REQUIRE_FALSE(linear.bias().defined());
  Tensor(linear.weight().value()).copy_from(Tensor::from(Shape{1, 2}, std::vector<float>{2, 3}));
  const Variable x(Tensor::from(Shape{1, 1, 2}, std::vector<float>{5, 7}));
  const Variable y = linear.forward(x);
  REQUIRE(y.shape() == Shape{1, 1, 1});
  REQUIRE(y.value().item() == 31);
}

TEST_CASE("Linear adds its bias") {
  Generator generator(1);
  const nn::Linear linear({.inputs = 1, .outputs = 2}, generator);
  Tensor(linear.bias().value()).copy_from(Tensor::from(Shape{2}, std::vector<float>{5, 7}));
  const Variable y = linear.forward(Variable(Tensor::zeros(Shape{2, 1})));
  REQUIRE(elements_of<float>(y.value()) == std::vector<float>{5, 7, 5, 7});
}

TEST_CASE("Linear says what does not fit") {
  Generator generator(1);
  REQUIRE_THROWS_TEXT(nn::Linear({.inputs = 0, .outputs = 3}, generator), InvalidArgument,
                      "Linear: inputs and outputs must be at least 1; got 0 and 3");
}
