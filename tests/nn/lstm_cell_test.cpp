#include "limn/nn/lstm_cell.h"

#include "limn/core/error.h"
#include "limn/nn/recurrent.h"
#include "limn/ops/arithmetic.h"
#include "limn/ops/reshape.h"
#include "support/catch.h"
#include "support/tensors.h"

using namespace limn;
using test::elements_of;
using test::random_tensor;

TEST_CASE("LstmCell is the step of the recurrent layer, with its inputs in parts") {
  Generator generator(1);
  nn::Recurrent layer({.inputs = 5, .hidden = 3, .forget_bias = 0.7}, generator);
  const nn::LstmCell cell({.inputs = 5, .hidden = 3, .forget_bias = 0.7}, generator);
  std::map<std::string, Tensor> state;
  for (const auto& [name, parameter] : cell.parameters()) state[name + "_l0"] = parameter.value();
  layer.load_state_dict(state);
  const auto values = [](const Shape& shape, std::uint64_t seed) {
    return Variable(random_tensor(shape, seed, DType::float32));
  };
  const Variable first = values(Shape{4, 2}, 2), second = values(Shape{4, 3}, 3);
  const Variable h = values(Shape{4, 3}, 4), c = values(Shape{4, 3}, 5);
  const auto mine = cell.step(ops::add(cell.part(first, 0), cell.part(second, 2)), {h, c});
  const auto theirs = layer.step(ops::concatenate({first, second}, 1), {h, c}, {});
  for (std::size_t i = 0; i < 12; ++i) {
    REQUIRE(elements_of<float>(mine.h.value())[i] ==
            Approx(elements_of<float>(theirs.state[0].value())[i]).margin(1e-6));
    REQUIRE(elements_of<float>(mine.c.value())[i] ==
            Approx(elements_of<float>(theirs.state[1].value())[i]).margin(1e-6));
  }
}

TEST_CASE("LstmCell has PyTorch's parameters") {
  Generator generator(1);
  const nn::LstmCell cell({.inputs = 5, .hidden = 25}, generator);
  std::vector<std::string> names;
  for (const auto& [name, parameter] : cell.parameters()) {
    names.push_back(name);
    for (const float value : parameter.value().span<float>()) REQUIRE(std::abs(value) <= 0.2F);
  }
  REQUIRE(names == std::vector<std::string>{"weight_ih", "weight_hh", "bias_ih", "bias_hh"});
  REQUIRE(cell.parameters()[0].second.shape() == Shape{100, 5});
}

TEST_CASE("LstmCell refuses sizes below 1") {
  Generator generator;
  REQUIRE_THROWS_TEXT(nn::LstmCell({.inputs = 0, .hidden = 2}, generator), InvalidArgument,
                      "LstmCell: inputs and hidden must be at least 1; got 0 and 2");
}
