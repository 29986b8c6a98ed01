#include "limn/nn/conv2d.h"

#include <algorithm>
#include <cmath>

#include "limn/core/error.h"
#include "support/catch.h"

using namespace limn;

TEST_CASE("Conv2d has PyTorch's names, shapes and starting range") {
  Generator generator(1);
  const nn::Conv2d module({.in_channels = 8, .out_channels = 6, .options = {.groups = 2}},
                          generator);
  REQUIRE(module.parameters().size() == 2);
  REQUIRE(module.parameters()[0].first == "weight");
  REQUIRE(module.weight().shape() == Shape{6, 4, 3, 3});
  REQUIRE(module.parameters()[1].first == "bias");
  float largest = 0;
  for (const float value : module.weight().value().span<float>())
    largest = std::max(largest, std::abs(value));
  REQUIRE(largest <= 1.0f / 6);
  REQUIRE(largest > 0.15f);
  const Variable x(Tensor::zeros(Shape{2, 5, 7, 8}));
  REQUIRE(module.forward(x).shape() == Shape{2, 3, 5, 6});
}

TEST_CASE("Conv2d without a bias") {
  Generator generator(1);
  const nn::Conv2d module({.in_channels = 1, .out_channels = 1, .kernel = {1, 1}, .bias = false},
                          generator);
  REQUIRE(module.parameters().size() == 1);
  REQUIRE(module.forward(Variable(Tensor::zeros(Shape{1, 1, 1, 1}))).value().item() == 0);
}

TEST_CASE("Conv2d refuses groups that do not divide the channels") {
  Generator generator(1);
  REQUIRE_THROWS_TEXT(
      nn::Conv2d({.in_channels = 6, .out_channels = 4, .options = {.groups = 3}}, generator),
      InvalidArgument,
      "Conv2d: channels, kernel and groups must be at least 1 and groups divide the channels; got "
      "6 "
      "to 4 channels, kernel [3, 3], 3 groups");
}
