#include "limn/nn/layer_norm.h"

#include "limn/core/error.h"
#include "support/catch.h"
#include "support/tensors.h"

using namespace limn;
using test::elements_of;

TEST_CASE("LayerNorm has PyTorch's parameters and start values") {
  const nn::LayerNorm norm({.width = 3});
  REQUIRE(norm.parameters().size() == 2);
  REQUIRE(norm.parameters()[0].first == "weight");
  REQUIRE(elements_of<float>(norm.parameters()[0].second.value()) == std::vector<float>{1, 1, 1});
  REQUIRE(norm.parameters()[1].first == "bias");
  REQUIRE(elements_of<float>(norm.parameters()[1].second.value()) == std::vector<float>{0, 0, 0});
}

TEST_CASE("LayerNorm divides by the deviation it is told to") {
  const Variable x(Tensor::from(Shape{1, 3}, std::vector<float>{1, 2, 3}));
  const auto first = [&](const nn::LayerNorm& norm) {
    return norm.forward(x).value().data<float>()[0];
  };
  REQUIRE(first(nn::LayerNorm({.width = 3})) == Approx(-1.224735));
  const nn::LayerNorm annotated(nn::LayerNormConfig::annotated(3));
  REQUIRE(annotated.parameters()[0].first == "a_2");
  REQUIRE(annotated.parameters()[1].first == "b_2");
  REQUIRE(first(annotated) == Approx(-0.999999).epsilon(1e-7));
}

TEST_CASE("LayerNorm says what does not fit") {
  REQUIRE_THROWS_TEXT(nn::LayerNorm({.width = 0}), InvalidArgument,
                      "LayerNorm: the width must be at least 1; got 0");
}
