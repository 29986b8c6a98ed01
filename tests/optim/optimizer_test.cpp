#include "limn/optim/optimizer.h"

#include <cmath>

#include "limn/core/error.h"
#include "limn/core/generator.h"
#include "limn/core/safetensors.h"
#include "limn/optim/adam.h"
#include "limn/optim/optimizer_config.h"
#include "limn/optim/sgd.h"
#include "optim/golden_path.h"
#include "support/temporary_folder.h"

using namespace limn;
using optim::ParameterGroup;
using test::only;

namespace {

Variable random_parameter(const Shape& shape, std::uint64_t seed, DType dtype = DType::float32) {
  Tensor value(shape, dtype);
  Generator(seed).fill_normal(value, 0, 1);
  return Variable(value, true);
}

void set_random_gradient(const Variable& x, std::uint64_t seed) {
  Tensor gradient(x.shape(), x.dtype());
  Generator(seed).fill_normal(gradient, 0, 1);
  x.clear_grad();
  x.add_to_grad(gradient);
}

std::vector<char> bytes_of(const Tensor& tensor) {
  const char* raw = static_cast<const char*>(tensor.raw());
  return {raw, raw + tensor.bytes()};
}

std::map<std::string, Tensor> as_map(const optim::Optimizer& optimizer) {
  std::map<std::string, Tensor> state;
  for (const auto& [name, tensor] : optimizer.state_dict()) state[name] = tensor.clone();
  return state;
}

// Two parameters and what moves them, both starting from the same values on every call.
struct Training {
  explicit Training(const optim::OptimizerConfig& config)
      : w(random_parameter(Shape{40, 30}, 1)),
        b(random_parameter(Shape{7}, 2, DType::float64)),
        optimizer(optim::make_optimizer(config, {{{{"w", w}}}, {{{"b", b}}, 0.5}})) {}

  // b joins at step 3, like an encoder that is thawed.
  void run(std::uint64_t from, std::uint64_t to) {
    for (std::uint64_t step = from; step < to; ++step) {
      set_random_gradient(w, 10 + step);
      if (step >= 3) set_random_gradient(b, 100 + step);
      optimizer->set_learning_rate(0.1 / static_cast<double>(step + 1));
      optimizer->step();
    }
  }

  Variable w, b;
  std::unique_ptr<optim::Optimizer> optimizer;
};

}  // namespace

TEST_CASE("training goes on from a saved state with the same bits") {
  const test::TemporaryFolder folder;
  for (const optim::OptimizerConfig& config :
       {optim::OptimizerConfig{}, optim::OptimizerConfig{.name = "adamw", .weight_decay = 0.1},
        optim::OptimizerConfig{.name = "sgd", .momentum = 0.9, .nesterov = true},
        optim::OptimizerConfig{.name = "sgd"}}) {
    for (const std::uint64_t saved_at : {0, 2, 5}) {
      INFO(config.name << " saved at " << saved_at);
      Training whole(config);
      whole.run(0, saved_at);
      write_safetensors(folder / "state", whole.optimizer->state_dict());
      Training resumed(config);
      resumed.w.value().copy_from(whole.w.value());
      resumed.b.value().copy_from(whole.b.value());
      resumed.optimizer->load_state_dict(SafetensorsFile(folder / "state").tensors());
      REQUIRE(resumed.optimizer->steps() == static_cast<std::int64_t>(saved_at));
      whole.run(saved_at, 9);
      resumed.run(saved_at, 9);
      REQUIRE(bytes_of(resumed.w.value()) == bytes_of(whole.w.value()));
      REQUIRE(bytes_of(resumed.b.value()) == bytes_of(whole.b.value()));
      REQUIRE(resumed.optimizer->steps() == 9);
    }
  }
}

TEST_CASE("a loaded state is a copy and replaces what was there") {
  Training one({});
  one.run(0, 5);
  Training two({});
  two.run(0, 2);
  const auto state = as_map(*two.optimizer);
  one.optimizer->load_state_dict(state);
  REQUIRE(as_map(*one.optimizer).size() == state.size());  // b has no moments again
  const auto before = bytes_of(state.at("w.exp_avg"));
  one.run(5, 6);
  REQUIRE(bytes_of(state.at("w.exp_avg")) == before);
}

TEST_CASE("what has no gradient or requires none keeps value and state") {
  const Variable moved = random_parameter(Shape{3}, 1);
  const Variable idle = random_parameter(Shape{3}, 2);
  Variable frozen = random_parameter(Shape{3}, 3);
  const Tensor idle_before = idle.value().clone();
  const Tensor frozen_before = frozen.value().clone();
  optim::Adam optimizer({{{{"moved", moved}, {"idle", idle}, {"frozen", frozen}}}},
                        {.weight_decay = 0.1, .decoupled = true});
  optimizer.set_learning_rate(0.1);
  set_random_gradient(moved, 4);
  set_random_gradient(frozen, 5);
  frozen.set_requires_grad(false);
  optimizer.step();
  REQUIRE(bytes_of(idle.value()) == bytes_of(idle_before));
  REQUIRE(bytes_of(frozen.value()) == bytes_of(frozen_before));
  REQUIRE_FALSE(idle.has_grad());
  const auto state = as_map(optimizer);
  REQUIRE(state.size() == 6);  // steps, three counters, the two moments of "moved"
  REQUIRE(state.at("idle.steps").item() == 0);
  REQUIRE(state.at("moved.steps").item() == 1);
  REQUIRE(optimizer.steps() == 1);
}

TEST_CASE("a group's scale multiplies the learning rate") {
  const Variable head = test::parameter_of(Tensor::zeros(Shape{1}));
  const Variable encoder = test::parameter_of(Tensor::zeros(Shape{1}));
  optim::Sgd optimizer({{{{"head", head}}}, {{{"encoder", encoder}}, 0.25}});
  optimizer.set_learning_rate(0.5);
  for (const Variable& x : {head, encoder}) x.add_to_grad(Tensor::full(Shape{1}, 1));
  optimizer.step();
  REQUIRE(head.value().item() == -0.5);
  REQUIRE(encoder.value().item() == -0.125);
}

TEST_CASE("a tied weight moves once, under its first name") {
  const Variable x = test::parameter_of(Tensor::zeros(Shape{1}));
  optim::Sgd optimizer({{{{"embed.weight", x}, {"out.weight", x}}}});
  REQUIRE(optimizer.parameters().size() == 1);
  optimizer.set_learning_rate(1);
  test::step(optimizer, x, Tensor::full(Shape{1}, 1));
  REQUIRE(x.value().item() == -1);
  REQUIRE(optimizer.state_dict()[1].first == "embed.weight.steps");
}

TEST_CASE("clear_grad forgets all gradients") {
  const Variable x = random_parameter(Shape{2}, 1);
  const optim::Sgd optimizer(only(x));
  set_random_gradient(x, 2);
  optimizer.clear_grad();
  REQUIRE_FALSE(x.has_grad());
}

TEST_CASE("empty and scalar parameters move without a fault") {
  const Variable empty = random_parameter(Shape{0, 3}, 1);
  const Variable scalar = random_parameter(Shape{}, 2);
  optim::Adam optimizer({{{{"empty", empty}, {"scalar", scalar}}}});
  optimizer.set_learning_rate(0.5);
  const double before = scalar.value().item();
  empty.grad();
  test::step(optimizer, scalar, Tensor::full(Shape{}, 3));
  REQUIRE(scalar.value().item() == Approx(before - 0.5));
}

TEST_CASE("a state that does not fit is refused and changes nothing") {
  Training training({});
  training.run(0, 5);
  const auto good = as_map(*training.optimizer);
  const auto refuse = [&](const std::map<std::string, Tensor>& state, const std::string& text) {
    REQUIRE_THROWS_TEXT(training.optimizer->load_state_dict(state), InvalidArgument,
                        "Optimizer::load_state_dict: " + text);
    for (const auto& [name, tensor] : as_map(*training.optimizer))
      REQUIRE(bytes_of(tensor) == bytes_of(good.at(name)));
  };
  auto bad = good;
  bad.erase("w.exp_avg");
  refuse(bad, "1 tensors do not fit: w.exp_avg [40, 30] is missing");
  bad["w.exp_avg"] = Tensor::zeros(Shape{30, 40});
  refuse(bad, "1 tensors do not fit: w.exp_avg is [30, 40] there, [40, 30] here");
  bad = good;
  bad.erase("steps");
  bad["w.momentum_buffer"] = Tensor::zeros(Shape{40, 30});
  refuse(bad, "2 tensors do not fit: steps [] is missing; w.momentum_buffer is not known here");
  bad = good;
  bad["b.steps"] = Tensor::full(Shape{}, -1, DType::int32);
  refuse(bad,
         "3 tensors do not fit: b.steps is -1, no count; b.exp_avg is not known here; b.exp_avg_sq "
         "is not known here");
}

TEST_CASE("steps that are no count are refused") {
  Training training({});
  training.run(0, 1);
  for (const double steps : {0.5, 1e300, std::nan("")}) {
    auto state = as_map(*training.optimizer);
    state["steps"] = Tensor::full(Shape{}, steps, DType::float64);
    REQUIRE_THROWS_PART(training.optimizer->load_state_dict(state), InvalidArgument,
                        "1 tensors do not fit: steps is ");
  }
}

TEST_CASE("the state of another optimiser is refused") {
  Training by_adam({});
  by_adam.run(0, 1);
  Training by_sgd({.name = "sgd", .momentum = 0.9});
  REQUIRE_THROWS_TEXT(by_sgd.optimizer->load_state_dict(as_map(*by_adam.optimizer)),
                      InvalidArgument,
                      "Optimizer::load_state_dict: 3 tensors do not fit: w.momentum_buffer [40, "
                      "30] is missing; w.exp_avg is not known here; w.exp_avg_sq is not known "
                      "here");
}

TEST_CASE("optimisers say what does not fit") {
  const Variable x = random_parameter(Shape{2}, 1);
  const Variable y = random_parameter(Shape{2}, 2);
  REQUIRE_THROWS_TEXT(optim::Sgd({{{{"x", Variable()}}}}), InvalidArgument,
                      "Optimizer: parameter \"x\" is undefined");
  REQUIRE_THROWS_TEXT(optim::Sgd(only(Variable(Tensor(Shape{1}, DType::int32)))), InvalidArgument,
                      "Optimizer: parameter \"x\" must be float32 or float64; got int32");
  REQUIRE_THROWS_TEXT(optim::Sgd({{{{"x", x}, {"x", y}}}}), InvalidArgument,
                      "Optimizer: two parameters are called \"x\"");
  REQUIRE_THROWS_TEXT(optim::Sgd({{{{"x", x}}}, {{{"z", x}}, 0.5}}), InvalidArgument,
                      "Optimizer: \"z\" of one group is \"x\" of another");
  REQUIRE_THROWS_TEXT(optim::Sgd({{{{"x", x}}, -1}}), InvalidArgument,
                      "Optimizer: the scale of a group must be finite and >= 0; got -1");
  optim::Sgd optimizer(only(x));
  REQUIRE(optimizer.learning_rate() == 0);
  REQUIRE_THROWS_TEXT(optimizer.set_learning_rate(-0.1), InvalidArgument,
                      "Optimizer: the learning rate must be finite and >= 0; got -0.1");
  REQUIRE_THROWS_TEXT(optimizer.set_learning_rate(std::nan("")), InvalidArgument,
                      "Optimizer: the learning rate must be finite and >= 0; got nan");
}
