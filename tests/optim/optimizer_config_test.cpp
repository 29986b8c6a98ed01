#include "limn/optim/optimizer_config.h"

#include "limn/core/error.h"
#include "optim/golden_path.h"

using namespace limn;
using optim::OptimizerConfig;

namespace {

auto made_from(const OptimizerConfig& config) {
  return [=](const std::vector<optim::ParameterGroup>& groups) {
    return optim::make_optimizer(config, groups);
  };
}

}  // namespace

TEST_CASE("make_optimizer passes every option on") {
  const std::vector<std::string> moments = {"exp_avg", "exp_avg_sq"};
  test::check_path("adam", 0.01, moments, made_from({}));
  test::check_path("adam_transformer", 0.01, moments, made_from({.beta2 = 0.98, .epsilon = 1e-9}));
  test::check_path("adam_l2", 0.01, moments, made_from({.weight_decay = 0.05}));
  test::check_path("adamw", 0.01, moments, made_from({.name = "adamw", .weight_decay = 0.05}));
  test::check_path("sgd_nesterov", 0.05, {"momentum_buffer"},
                   made_from({.name = "sgd", .momentum = 0.9, .nesterov = true}));
  test::check_path("sgd_weight_decay", 0.05, {"momentum_buffer"},
                   made_from({.name = "sgd", .weight_decay = 0.01, .momentum = 0.9}));
}

TEST_CASE("make_optimizer passes beta1 on") {
  const Variable x = test::parameter_of(Tensor::zeros(Shape{}));
  const auto optimizer = optim::make_optimizer({.beta1 = 0.75}, test::only(x));
  test::step(*optimizer, x, Tensor::full(Shape{}, 2));
  REQUIRE(optimizer->state_dict()[2].second.item() == 0.5);
}

TEST_CASE("make_optimizer names what it knows") {
  REQUIRE_THROWS_TEXT(optim::make_optimizer({.name = "adagrad"}, {}), InvalidArgument,
                      "make_optimizer: name must be one of adam, adamw, sgd; got \"adagrad\"");
}

TEST_CASE("the options of an optimiser name every field") {
  OptimizerConfig config;
  const std::vector<Option> options = optim::options_of(config);
  const auto texts = option_texts(options);
  REQUIRE(texts.size() == 7);
  REQUIRE(texts[0].second == "adam");
  REQUIRE(texts[3].second == "1e-08");
  set_option(options, "nesterov", "true", "recipe");
  REQUIRE(config.nesterov);
  REQUIRE_THROWS_TEXT(set_option(options, "name", "sdg", "recipe"), InvalidArgument,
                      "recipe: name must be one of adam, adamw, sgd; got \"sdg\"");
}
