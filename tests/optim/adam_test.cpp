#include "limn/optim/adam.h"

#include <cmath>

#include "limn/core/error.h"
#include "optim/golden_path.h"
#include "support/tensors.h"

using namespace limn;
using test::doubles;
using test::only;

namespace {

const std::vector<std::string> kStates = {"exp_avg", "exp_avg_sq"};

constexpr auto adam = test::rule<optim::Adam, optim::AdamOptions>;

}  // namespace

TEST_CASE("the first two updates of Adam, worked by hand") {
  // t = 1: m = 0.5 · 2 = 1, v = 0.25 · 4 = 1; corrected 1 / 0.5 = 2 and 1 / 0.25 = 4:
  // x = 1 − 0.1 · 2 / (2 + 2). t = 2: m = 0.5 · 1 − 0.5 · 1 = 0, v = 0.75 · 1 + 0.25 · 1 = 1.
  const Variable x = test::parameter_of(doubles({1}));
  optim::Adam optimizer(only(x), {.beta1 = 0.5, .beta2 = 0.75, .epsilon = 2});
  optimizer.set_learning_rate(0.1);
  test::step(optimizer, x, doubles({2}));
  REQUIRE(x.value().item() == Approx(1 - 0.1 * 2 / 4).epsilon(1e-15));
  test::step(optimizer, x, doubles({-1}));
  REQUIRE(x.value().item() == Approx(0.95).epsilon(1e-15));
  REQUIRE(optimizer.state_dict()[2].second.item() == 0);
  REQUIRE(optimizer.state_dict()[3].second.item() == 1);
}

TEST_CASE("Adam agrees with PyTorch") {
  test::check_path("adam", 0.01, kStates, adam({}));
  test::check_path("adam_transformer", 0.01, kStates, adam({.beta2 = 0.98, .epsilon = 1e-9}));
  test::check_path("adam_l2", 0.01, kStates, adam({.weight_decay = 0.05}));
}

TEST_CASE("AdamW agrees with PyTorch") {
  test::check_path("adamw", 0.01, kStates, adam({.weight_decay = 0.05, .decoupled = true}));
  test::check_path("adamw_default", 0.001, kStates,
                   [](const auto& groups) { return std::make_unique<optim::AdamW>(groups); });
}

TEST_CASE("Adam's bias correction counts a parameter's own updates") {
  const Variable early = test::parameter_of(doubles({1}));
  const Variable late = test::parameter_of(doubles({1}));
  optim::Adam optimizer({{{{"early", early}, {"late", late}}}});
  optimizer.set_learning_rate(0.1);
  for (int i = 0; i < 5; ++i) test::step(optimizer, early, doubles({3}));
  early.clear_grad();
  test::step(optimizer, late, doubles({3}));
  REQUIRE(late.value().item() == Approx(0.9));  // a first update is of the length lr
}

TEST_CASE("AdamW shrinks by the group's own learning rate") {
  const Variable x = test::parameter_of(doubles({4}));
  optim::AdamW optimizer({{{{"x", x}}, 0.5}}, {.weight_decay = 0.1});
  optimizer.set_learning_rate(1);
  test::step(optimizer, x, doubles({0}));
  REQUIRE(x.value().item() == Approx(4 * (1 - 0.5 * 0.1)));
}

TEST_CASE("Adam refuses options out of range") {
  const Variable x = test::parameter_of(doubles({1}));
  REQUIRE_THROWS_TEXT(optim::Adam(only(x), {.beta1 = 1}), InvalidArgument,
                      "Adam: beta1 and beta2 must be in [0, 1); got 1 and 0.999");
  REQUIRE_THROWS_TEXT(optim::Adam(only(x), {.beta2 = -0.1}), InvalidArgument,
                      "Adam: beta1 and beta2 must be in [0, 1); got 0.9 and -0.1");
  REQUIRE_THROWS_TEXT(optim::Adam(only(x), {.epsilon = 0}), InvalidArgument,
                      "Adam: epsilon must be above 0; got 0");
  REQUIRE_THROWS_TEXT(optim::AdamW(only(x), {.weight_decay = -1}), InvalidArgument,
                      "Adam: weight_decay must be >= 0; got -1");
}
