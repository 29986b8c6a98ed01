#include "limn/optim/sgd.h"

#include "limn/core/error.h"
#include "optim/golden_path.h"

using namespace limn;
using test::only;

namespace {

constexpr auto sgd = test::rule<optim::Sgd, optim::SgdOptions>;

}  // namespace

TEST_CASE("SGD agrees with PyTorch") {
  test::check_path("sgd", 0.1, {}, sgd({}));
  test::check_path("sgd_momentum", 0.05, {"momentum_buffer"}, sgd({.momentum = 0.9}));
  test::check_path("sgd_nesterov", 0.05, {"momentum_buffer"},
                   sgd({.momentum = 0.9, .nesterov = true}));
  test::check_path("sgd_weight_decay", 0.05, {"momentum_buffer"},
                   sgd({.momentum = 0.9, .weight_decay = 0.01}));
  test::check_path("sgd_dampening", 0.05, {"momentum_buffer"},
                   sgd({.momentum = 0.9, .dampening = 0.5}));
}

TEST_CASE("SGD without momentum decays weights, worked by hand") {
  const Variable x = test::parameter_of(Tensor::full(Shape{2}, 3));
  optim::Sgd optimizer(only(x), {.weight_decay = 0.5});
  optimizer.set_learning_rate(0.25);
  test::step(optimizer, x, Tensor::full(Shape{2}, 2.5));
  REQUIRE(x.value().data<float>()[1] == 3 - 0.25f * (2.5f + 0.5f * 3));
}

TEST_CASE("SGD refuses options out of range") {
  const Variable x = test::parameter_of(Tensor::zeros(Shape{1}));
  REQUIRE_THROWS_TEXT(optim::Sgd(only(x), {.momentum = 1}), InvalidArgument,
                      "Sgd: momentum must be in [0, 1); got 1");
  REQUIRE_THROWS_TEXT(optim::Sgd(only(x), {.dampening = 1.5}), InvalidArgument,
                      "Sgd: dampening must be in [0, 1]; got 1.5");
  REQUIRE_THROWS_TEXT(optim::Sgd(only(x), {.weight_decay = -1}), InvalidArgument,
                      "Sgd: weight_decay must be >= 0; got -1");
  REQUIRE_THROWS_TEXT(optim::Sgd(only(x), {.nesterov = true}), InvalidArgument,
                      "Sgd: nesterov needs momentum above 0 and dampening 0; got 0 and 0");
  REQUIRE_THROWS_TEXT(optim::Sgd(only(x), {.momentum = 0.5, .dampening = 0.25, .nesterov = true}),
                      InvalidArgument,
                      "Sgd: nesterov needs momentum above 0 and dampening 0; got 0.5 and 0.25");
}
