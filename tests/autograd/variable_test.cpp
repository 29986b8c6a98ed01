#include "limn/autograd/variable.h"

#include "limn/autograd/gradient_check.h"
#include "limn/core/error.h"
#include "support/catch.h"
#include "support/tensors.h"

using namespace limn;

namespace {

// y = factor x, with a backward that is right, overwrites, or is wrong by a factor.
enum class Fault { none, overwrites, doubles };

Variable scaled(const Variable& x, double factor, Fault fault = Fault::none) {
  Tensor y = x.value().clone();
  for (double& value : y.span<double>()) value *= factor;
  return Variable::make(y, {x}, [x, factor, fault](const Tensor& dy) {
    auto dx = x.grad().span<double>();
    const auto d = dy.span<double>();
    const double k = fault == Fault::doubles ? 2 * factor : factor;
    for (std::size_t i = 0; i < dx.size(); ++i)
      dx[i] = (fault == Fault::overwrites ? 0 : dx[i]) + k * d[i];
  });
}

Variable leaf(const std::vector<double>& values, bool requires_grad = true) {
  return Variable(test::doubles(values), requires_grad);
}

}  // namespace

TEST_CASE("backward adds along every path") {
  const Variable x = leaf({1, 2});
  const Variable y = scaled(scaled(x, 3), 2);
  backward(y, Tensor::full(y.shape(), 1, DType::float64));
  REQUIRE(x.grad().data<double>()[1] == 6);
  backward(scaled(x, 1), Tensor::full(y.shape(), 1, DType::float64));
  REQUIRE(x.grad().data<double>()[1] == 7);
}

TEST_CASE("nothing is recorded under a NoGradGuard") {
  const Variable x = leaf({1});
  const NoGradGuard guard;
  REQUIRE_FALSE(gradients_are_recorded());
  REQUIRE_FALSE(scaled(x, 2).requires_grad());
}

TEST_CASE("a graph of a million operations is walked and freed by loops") {
  const Variable x = leaf({1});
  Variable y = x;
  for (int i = 0; i < 1'000'000; ++i) y = scaled(y, 1);
  SECTION("backward") {
    backward(y, Tensor::full(y.shape(), 5, DType::float64));
    REQUIRE(x.grad().data<double>()[0] == 5);
  }
  SECTION("thrown away") { y = Variable(); }
}

TEST_CASE("a released value that nobody asks for is not computed again") {
  const Variable x = leaf({1, 2});
  const Variable y = scaled(x, 3);
  int made = 0;
  y.can_be_made_again([&] { return ++made, test::doubles({3, 6}); });
  const Variable z = scaled(y, 2);
  y.release_value();
  REQUIRE(y.shape() == Shape{2});
  REQUIRE(y.dtype() == DType::float64);
  backward(z, Tensor::full(z.shape(), 1, DType::float64));
  REQUIRE(made == 0);
  REQUIRE(x.grad().data<double>()[1] == 6);
  REQUIRE_THROWS_TEXT(y.value(), InvalidArgument,
                      "Variable: its value was released, and backward has run since");
}

TEST_CASE("a released value comes back with its shape and storage") {
  const Variable y = scaled(leaf({1, 2}), 3);
  const void* before = y.value().raw();
  y.release_value();
  REQUIRE(y.value().raw() == before);  // nobody knows how to make it
  int made = 0;
  y.can_be_made_again([&] {
    REQUIRE_FALSE(gradients_are_recorded());
    ++made;
    return test::doubles({3, 6});
  });
  y.release_value();
  REQUIRE(y.value().data<double>()[1] == 6);
  REQUIRE(y.value().data<double>()[0] == 3);
  REQUIRE(made == 1);
  const Variable constant = leaf({1}, false);
  constant.can_be_made_again([] { return Tensor(); });
  constant.release_value();
  REQUIRE(constant.value().data<double>()[0] == 1);
}

TEST_CASE("backward says what it needs") {
  REQUIRE_THROWS_TEXT(backward(leaf({1}, false)), InvalidArgument,
                      "backward: nothing behind the output requires a gradient");
  REQUIRE_THROWS_TEXT(backward(leaf({1, 2})), InvalidArgument,
                      "backward: a loss has one element; got [2] (give a cotangent)");
  REQUIRE_THROWS_TEXT(backward(leaf({1, 2}), Tensor(Shape{3})), InvalidArgument,
                      "backward: output [2] with cotangent [3]");
}

TEST_CASE("check_gradients accepts a right backward and catches wrong ones") {
  const std::vector<Tensor> inputs = {leaf({0.5, -1, 2}).value()};
  const auto check = [&](Fault fault) {
    return check_gradients([&](const auto& x) { return scaled(x[0], 3, fault); }, inputs);
  };
  REQUIRE(check(Fault::none).ok);
  REQUIRE_FALSE(check(Fault::overwrites).ok);
  REQUIRE_FALSE(check(Fault::doubles).ok);
}
