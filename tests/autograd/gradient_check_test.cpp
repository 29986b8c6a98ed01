#include "limn/autograd/gradient_check.h"

#include <algorithm>
#include <cmath>

#include "limn/core/error.h"
#include "support/catch.h"
#include "support/tensors.h"

using namespace limn;
using test::doubles;

namespace {

// y = a · x², elementwise, with gradients that are right times `factor`, shifted by `offset` at
// element `at`.
struct Square {
  double factor = 1;
  double offset = 0;
  std::size_t at = 0;

  Variable operator()(const std::vector<Variable>& inputs) const {
    const Variable a = inputs[0];
    const Variable x = inputs[1];
    Tensor y = x.value().clone();
    for (std::size_t i = 0; i < y.span<double>().size(); ++i)
      y.span<double>()[i] *= x.value().span<double>()[i] * a.value().item();
    const Square fault = *this;
    return Variable::make(y, {a, x}, [a, x, fault](const Tensor& dy) {
      for (std::size_t i = 0; i < dy.span<double>().size(); ++i) {
        const double xi = x.value().span<double>()[i];
        const double d = dy.span<double>()[i];
        a.grad().data<double>()[0] += d * xi * xi;
        x.grad().span<double>()[i] +=
            fault.factor * d * 2 * a.value().item() * xi + (i == fault.at ? fault.offset : 0);
      }
    });
  }
};

GradientCheckResult check(const Square& square, const GradientCheckOptions& options = {}) {
  return check_gradients(square, {doubles(Shape{}, {3}), doubles(Shape{2, 2}, {1, -2, 0.05, 4})},
                         options);
}

}  // namespace

TEST_CASE("right gradients of several inputs pass") {
  const auto result = check({});
  REQUIRE(result.ok);
  REQUIRE(result.largest_error < 1e-8);
}

TEST_CASE("a wrong gradient is named with its input and element") {
  const auto result = check({.offset = 0.5, .at = 2});
  REQUIRE_FALSE(result.ok);
  REQUIRE(result.largest_error == Approx(0.5).epsilon(1e-6));
  REQUIRE(result.worst.starts_with("input 1, element 2: numeric "));
  REQUIRE(result.worst.find(", analytic ") != std::string::npos);
}

TEST_CASE("a new gradient of which a part was not written fails") {
  const auto check_with = [](std::size_t written) {
    const auto identity = [&](const std::vector<Variable>& in) {
      return Variable::make(in[0].value().clone(), in, [x = in[0], written](const Tensor& dy) {
        if (x.has_grad()) return x.add_to_grad(dy);
        Tensor gradient(x.shape(), x.dtype());
        std::copy_n(dy.data<double>(), written, gradient.data<double>());
        x.add_to_grad(gradient);
      });
    };
    return check_gradients(identity, {test::random_tensor(Shape{64}, 1)});
  };
  REQUIRE(check_with(64).ok);
  const auto result = check_with(63);
  REQUIRE_FALSE(result.ok);
  REQUIRE(result.worst.starts_with("input 0, element 63: numeric "));
}

TEST_CASE("an error is judged by the tolerance") {
  const Square fault{.factor = 1 + 1e-4};
  REQUIRE_FALSE(check(fault).ok);
  REQUIRE(check(fault, {.tolerance = 1e-2}).ok);
}

TEST_CASE("a gradient that is no number fails") {
  REQUIRE_FALSE(check({.offset = std::nan("")}).ok);
  REQUIRE_FALSE(check({.offset = INFINITY}).ok);
}

TEST_CASE("the same seed gives the same check") {
  const Square fault{.offset = 0.1};
  REQUIRE(check(fault, {.seed = 5}).worst == check(fault, {.seed = 5}).worst);
  REQUIRE(check(fault, {.seed = 5}).worst != check(fault, {.seed = 6}).worst);
}

TEST_CASE("inputs are not changed and inputs of nothing pass") {
  const Tensor x = doubles(Shape{2}, {1, 2});
  const Tensor before = x.clone();
  check_gradients(Square{}, {doubles(Shape{}, {3}), x});
  REQUIRE(test::elements_of(x) == test::elements_of(before));
  const auto result =
      check_gradients(Square{}, {doubles(Shape{}, {3}), Tensor(Shape{0}, DType::float64)});
  REQUIRE(result.ok);
}

TEST_CASE("gradients are checked in double") {
  REQUIRE_THROWS_TEXT(check_gradients(Square{}, {Tensor(Shape{}), Tensor(Shape{1})}),
                      InvalidArgument, "check_gradients: inputs must be float64; got float32");
}
