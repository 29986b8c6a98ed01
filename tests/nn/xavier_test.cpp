#include "limn/nn/xavier.h"

#include <algorithm>

#include "limn/core/error.h"
#include "support/catch.h"
#include "support/tensors.h"

using namespace limn;

namespace {

struct Mixed : nn::Module {
  Mixed() {
    parameter("matrix", Tensor::zeros(Shape{100, 50}));
    parameter("slots", Tensor::zeros(Shape{1, 40, 512}));
    parameter("bias", Tensor::full(Shape{9}, 7));
  }
};

float largest(const Variable& variable) {
  const auto values = test::elements_of<float>(variable.value());
  return *std::max_element(values.begin(), values.end());
}

}  // namespace

TEST_CASE("start_xavier counts fans as torch does and leaves vectors alone") {
  const Mixed module;
  Generator generator(1);
  nn::start_xavier(module, generator);
  REQUIRE(largest(module.parameters()[0].second) == Approx(0.2).epsilon(0.01));
  // √(6 / (41 · 512)): the fans of [1, 40, 512] are 40 · 512 and 512.
  REQUIRE(largest(module.parameters()[1].second) == Approx(0.016906).epsilon(0.01));
  REQUIRE(test::elements_of<float>(module.parameters()[2].second.value()) ==
          std::vector<float>(9, 7));
}

TEST_CASE("fill_xavier says what does not fit") {
  Tensor vector(Shape{3});
  Generator generator;
  REQUIRE_THROWS_TEXT(nn::fill_xavier(vector, generator), InvalidArgument,
                      "fill_xavier: needs a tensor of two or more axes; got [3]");
}
