#include "autograd/accumulate.h"

#include "limn/core/error.h"
#include "support/catch.h"
#include "support/tensors.h"

using namespace limn;

TEST_CASE("a gradient is written first and added to then") {
  const Variable x(test::doubles(Shape{2}, {1, 2}), true);
  std::vector<bool> added;
  const auto compute = [&](double* gradient, bool add) {
    for (int i = 0; i < 2; ++i) gradient[i] = (add ? gradient[i] : 0) + i + 1;
    added.push_back(add);
  };
  accumulate<double>(x, compute);
  accumulate<double>(x, compute);
  REQUIRE(added == std::vector<bool>{false, true});
  REQUIRE(test::elements_of(x.grad()) == std::vector<double>{2, 4});
}

TEST_CASE("what fails leaves no gradient") {
  const Variable x(test::doubles(Shape{2}, {1, 2}), true);
  REQUIRE_THROWS_TEXT(accumulate<double>(x, [](double*, bool) { throw Error("no"); }), Error, "no");
  REQUIRE_FALSE(x.has_grad());
}
