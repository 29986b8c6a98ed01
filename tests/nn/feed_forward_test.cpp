#include "limn/nn/feed_forward.h"

#include "limn/core/error.h"
#include "limn/ops/linear.h"
#include "support/difference.h"

using namespace limn;
using nn::FeedForward;
using nn::FeedForwardActivation;
using test::random_floats;

TEST_CASE("FeedForward is two maps with an activation between") {
  const Variable x(random_floats(Shape{3, 4}, 1));
  const auto function = [](FeedForwardActivation activation, const Variable& in) {
    switch (activation) {
      case FeedForwardActivation::gelu_erf: return ops::gelu(in, ops::Gelu::erf);
      case FeedForwardActivation::gelu_tanh: return ops::gelu(in, ops::Gelu::tanh);
      default: return ops::relu(in);
    }
  };
  for (const auto activation : {FeedForwardActivation::relu, FeedForwardActivation::gelu_erf,
                                FeedForwardActivation::gelu_tanh}) {
    Generator generator(1);
    const FeedForward network(
        {.width = 4, .inner = 7, .activation = activation, .names = {"w_1", "w_2"}}, generator);
    const auto& p = network.parameters();
    REQUIRE(p[0].first == "w_1.weight");
    REQUIRE(p[0].second.shape() == Shape{7, 4});
    REQUIRE(p[3].first == "w_2.bias");
    const Variable inner = function(activation, ops::linear(x, p[0].second, p[1].second));
    const Variable expected = ops::linear(inner, p[2].second, p[3].second);
    REQUIRE(test::largest_difference(network.forward(x, {}).value(), expected.value()) == 0);
  }
}

TEST_CASE("FeedForward drops in training only") {
  Generator generator(1);
  const FeedForward network({.width = 4, .inner = 30, .dropout = 0.5}, generator);
  const Variable x(random_floats(Shape{3, 4}, 1));
  const Tensor calm = network.forward(x, {}).value();
  REQUIRE(test::largest_difference(network.forward(x, {}).value(), calm) == 0);
  REQUIRE(test::largest_difference(network.forward(x, {true, &generator}).value(), calm) > 1e-3);
}

TEST_CASE("FeedForward says what does not fit") {
  Generator generator(1);
  REQUIRE_THROWS_TEXT(FeedForward({.width = 4, .inner = 4, .dropout = -1}, generator),
                      InvalidArgument, "FeedForward: dropout must be in [0, 1); got -1");
  REQUIRE_THROWS_TEXT(FeedForward({.width = 4}, generator), InvalidArgument,
                      "Linear: inputs and outputs must be at least 1; got 4 and 0");
}
