#include "limn/nn/batch_norm2d.h"

#include "limn/core/error.h"
#include "support/catch.h"

using namespace limn;

TEST_CASE("BatchNorm2d starts as PyTorch's does and its statistics move in training only") {
  const nn::BatchNorm2d module(2, {.momentum = 0.5});
  const Variable x(Tensor::from(Shape{2, 2}, std::vector<float>{1, 10, 3, 10}));
  module.forward(x, {});
  REQUIRE(module.running_mean().data<float>()[0] == 0);
  module.forward(x, {.training = true});
  REQUIRE(module.running_mean().data<float>()[0] == 1);
  REQUIRE(module.running_variance().data<float>()[0] == Approx(0.5 * 1 + 0.5 * 2));
  REQUIRE(module.running_variance().data<float>()[1] == 0.5);
}

TEST_CASE("a state dict with PyTorch's batch counter loads") {
  nn::BatchNorm2d module(1);
  const auto one = [](float value) { return Tensor::full(Shape{1}, value); };
  std::map<std::string, Tensor> state = {{"weight", one(2)},
                                         {"bias", one(3)},
                                         {"running_mean", one(4)},
                                         {"running_var", one(5)},
                                         {"num_batches_tracked", Tensor(Shape{}, DType::int32)}};
  module.load_state_dict(state);
  REQUIRE(module.running_variance().item() == 5);
  state.emplace("scale", one(1));
  REQUIRE_THROWS_TEXT(module.load_state_dict(state), InvalidArgument,
                      "load_state_dict: 1 tensors do not fit: scale is not known here");
}

TEST_CASE("BatchNorm2d needs a channel") {
  REQUIRE_THROWS_TEXT(nn::BatchNorm2d(0), InvalidArgument,
                      "BatchNorm2d: at least one channel; got 0");
}
