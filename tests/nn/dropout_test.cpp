#include "limn/nn/dropout.h"

#include "limn/core/error.h"
#include "limn/ops/dropout.h"
#include "support/catch.h"
#include "support/tensors.h"

using namespace limn;
using test::elements_of;

TEST_CASE("dropout is for training passes") {
  const Variable x(test::random_tensor(Shape{30}, 1));
  REQUIRE(nn::dropout(x, 0.5, {}) == x);
  REQUIRE(nn::dropout(x, 0, {.training = true}) == x);
  Generator one(2);
  Generator other(2);
  const Variable y = nn::dropout(x, 0.5, {.training = true, .generator = &one});
  REQUIRE(elements_of(y.value()) == elements_of(ops::dropout(x, 0.5, other).value()));
  REQUIRE(one.state() == other.state());
}

TEST_CASE("dropout of a pass says what does not fit") {
  const Variable x(Tensor::zeros(Shape{3}));
  REQUIRE_THROWS_TEXT(nn::dropout(x, 1, {}), InvalidArgument,
                      "dropout: p must be in [0, 1); got 1");
  REQUIRE_THROWS_TEXT(nn::dropout(x, 0.5, {.training = true}), InvalidArgument,
                      "dropout: training needs a generator; the pass has none");
}
