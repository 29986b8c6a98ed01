#include "limn/optim/moving_average.h"

#include <cmath>

#include "limn/core/error.h"
#include "support/catch.h"

using namespace limn;
using optim::MovingAverage;

namespace {

Variable parameter(double value, DType dtype = DType::float32) {
  return Variable(Tensor::full(Shape{2}, value, dtype), true);
}

std::map<std::string, Tensor> state_of(const MovingAverage& average) {
  const auto state = average.state_dict();
  return {state.begin(), state.end()};
}

}  // namespace

TEST_CASE("the average follows the values, faster at first") {
  Variable x = parameter(1), y = parameter(3, DType::float64);
  MovingAverage average({{{{"x", x}, {"y", y}}, 1}}, 0.15);
  x.value().fill(2);
  average.update();  // d = 1/10
  REQUIRE(state_of(average).at("x").data<float>()[1] == Approx(1 + 0.9));
  x.value().fill(4);
  average.update();  // d = 0.15, below 2/11
  REQUIRE(state_of(average).at("x").data<float>()[0] == Approx(1.9 + 0.85 * 2.1));
  REQUIRE(state_of(average).at("y").data<double>()[0] == 3);
}

TEST_CASE("swapped in and out, averages and values are what they were") {
  Variable x = parameter(1);
  MovingAverage average({{{{"x", x}, {"tied", x}}, 1}}, 0.5);
  x.value().fill(5);
  average.update();
  average.swap();
  REQUIRE(x.value().data<float>()[0] == Approx(4.6F));
  average.swap();
  REQUIRE(x.value().data<float>()[0] == 5);
}

TEST_CASE("an average that was loaded goes on with the same bits") {
  Variable x = parameter(1);
  const std::vector<optim::ParameterGroup> groups{{{{"x", x}}, 1}};
  MovingAverage first(groups, 0.9), second(groups, 0.9);
  for (int t = 0; t < 5; ++t) {
    x.value().fill(0.1 * t);
    first.update();
  }
  second.load_state_dict(state_of(first));
  x.value().fill(7);
  first.update();
  second.update();
  REQUIRE(state_of(first).at("x").data<float>()[0] == state_of(second).at("x").data<float>()[0]);
}

TEST_CASE("what does not fit an average is named") {
  Variable x = parameter(1);
  MovingAverage average({{{{"x", x}}, 1}}, 0.9);
  auto state = state_of(average);
  for (const double updates : {-10.0, 0.5, 1e300, std::nan("")}) {
    state["updates"] = Tensor::full(Shape{}, updates, DType::float64);
    REQUIRE_THROWS_PART(average.load_state_dict(state), InvalidArgument,
                        "MovingAverage::load_state_dict: updates is ");
  }
  state = state_of(average);
  state["x"] = Tensor::zeros(Shape{3});
  REQUIRE_THROWS_TEXT(average.load_state_dict(state), InvalidArgument,
                      "MovingAverage::load_state_dict: x is [3] there, [2] here");
  state.erase("x");
  REQUIRE_THROWS_TEXT(average.load_state_dict(state), InvalidArgument,
                      "MovingAverage::load_state_dict: x [2] is missing");
  REQUIRE_THROWS_TEXT(MovingAverage({}, 1), InvalidArgument,
                      "MovingAverage: decay must be in [0, 1); got 1");
}
