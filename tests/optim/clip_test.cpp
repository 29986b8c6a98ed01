#include "limn/optim/clip.h"

#include <cmath>
#include <limits>

#include "limn/core/error.h"
#include "support/golden.h"
#include "support/tensors.h"

using namespace limn;

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

Variable with_gradient(const Tensor& gradient) {
  Variable x(Tensor::zeros(gradient.shape(), gradient.dtype()), true);
  x.add_to_grad(gradient.clone());
  return x;
}

Variable with_gradient(const std::vector<double>& gradient) {
  return with_gradient(test::doubles(gradient));
}

// The three gradients of the golden file after `clip`, compared with those under `name`.
template <class Clip>
void check_golden(const std::string& name, const Clip& clip) {
  const SafetensorsFile file(test::kGolden / "optimizers.safetensors");
  std::vector<Variable> parameters;
  for (const char* tensor : {"g0", "g1", "g2"})
    parameters.push_back(with_gradient(file.tensor(std::string("clip/") + tensor)));
  clip(parameters, file);
  for (std::size_t i = 0; i < 3; ++i) {
    const Tensor expected = file.tensor("clip/" + name + "/g" + std::to_string(i));
    test::require_close(parameters[i].grad(), expected, 1e-6);
  }
}

}  // namespace

TEST_CASE("clip_norm agrees with PyTorch") {
  const auto clip_to = [](const std::string& name, double limit) {
    check_golden(name, [&](const auto& parameters, const SafetensorsFile& file) {
      const double norm = optim::clip_norm(parameters, limit);
      REQUIRE(norm == Approx(file.tensor("clip/" + name + "/total_norm").item()).epsilon(1e-6));
    });
  };
  clip_to("norm_active", 1.5);
  clip_to("norm_inactive", 1000);
}

TEST_CASE("clip_value agrees with PyTorch") {
  check_golden("value",
               [](const auto& parameters, const auto&) { optim::clip_value(parameters, 0.5); });
}

TEST_CASE("scale_gradients multiplies all gradients, whatever their dtype") {
  const Variable single = with_gradient(Tensor::full(Shape{1}, 3)), without{Tensor(Shape{1}), true};
  const Variable precise = with_gradient({4, -1});
  optim::scale_gradients({single, precise, without}, 0.5);
  REQUIRE(single.grad().item() == 1.5);
  REQUIRE(precise.grad().data<double>()[1] == -0.5);
  REQUIRE_FALSE(without.has_grad());
  REQUIRE_THROWS_TEXT(optim::scale_gradients({single}, kInfinity), InvalidArgument,
                      "scale_gradients: factor must be finite; got inf");
}

TEST_CASE("clip_norm takes all gradients together, whatever their dtype") {
  const Variable single = with_gradient(Tensor::full(Shape{1}, 3));
  const Variable precise = with_gradient({4});
  REQUIRE(optim::clip_norm({single, precise}, 1) == 5);
  REQUIRE(single.grad().item() == Approx(0.6).epsilon(1e-6));
  REQUIRE(precise.grad().item() == Approx(4 / (5 + 1e-6)).epsilon(1e-15));
}

TEST_CASE("clipping leaves out what has no gradient") {
  const Variable without(Tensor::zeros(Shape{2}), true);
  const Variable constant(Tensor::zeros(Shape{2}));
  const Variable frozen = with_gradient({100});
  Variable(frozen).set_requires_grad(false);
  const std::vector<Variable> parameters = {without, constant, frozen, with_gradient({2})};
  REQUIRE(optim::clip_norm(parameters, 10) == 2);
  optim::clip_value(parameters, 1);
  REQUIRE_FALSE(without.has_grad());
  REQUIRE(parameters[3].grad().item() == 1);
  REQUIRE(optim::clip_norm({}, 1) == 0);
}

TEST_CASE("clip_norm reports a norm that is not finite and changes nothing") {
  const Variable infinite = with_gradient({kInfinity, 1});
  REQUIRE(optim::clip_norm({infinite}, 1) == kInfinity);
  REQUIRE(infinite.grad().data<double>()[1] == 1);
  const Variable nan = with_gradient({std::nan(""), 5});
  REQUIRE(std::isnan(optim::clip_norm({nan}, 1)));
  REQUIRE(nan.grad().data<double>()[1] == 5);
}

TEST_CASE("an infinite limit only measures") {
  const Variable x = with_gradient({3, 4});
  REQUIRE(optim::clip_norm({x}, kInfinity) == 5);
  REQUIRE(x.grad().data<double>()[0] == 3);
}

TEST_CASE("clip_value bounds infinity and keeps NaN") {
  const Variable x = with_gradient({-kInfinity, kInfinity, std::nan(""), -0.25});
  optim::clip_value({x}, 0.5);
  REQUIRE(x.grad().data<double>()[0] == -0.5);
  REQUIRE(x.grad().data<double>()[1] == 0.5);
  REQUIRE(std::isnan(x.grad().data<double>()[2]));
  REQUIRE(x.grad().data<double>()[3] == -0.25);
}

TEST_CASE("clipping needs a limit above 0") {
  REQUIRE_THROWS_TEXT(optim::clip_value({}, 0), InvalidArgument,
                      "clip_value: limit must be above 0; got 0");
  REQUIRE_THROWS_TEXT(optim::clip_norm({}, -1), InvalidArgument,
                      "clip_norm: limit must be above 0; got -1");
  REQUIRE_THROWS_TEXT(optim::clip_norm({}, std::nan("")), InvalidArgument,
                      "clip_norm: limit must be above 0; got nan");
}
