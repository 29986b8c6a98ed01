#include "limn/ops/reshape.h"

#include "limn/core/error.h"
#include "support/gradients.h"
#include "support/tensors.h"

using namespace limn;
using test::doubles;
using test::elements_of;
using test::random_tensor;
using test::require_gradients;

namespace {

Variable counting(const Shape& shape) {
  Tensor tensor(shape, DType::float64);
  for (std::int64_t i = 0; i < tensor.elements(); ++i)
    tensor.data<double>()[i] = static_cast<double>(i);
  return Variable(tensor);
}

}  // namespace

TEST_CASE("reshape shares the elements") {
  const Variable x = counting(Shape{2, 3});
  const Variable y = ops::reshape(x, Shape{3, 1, 2});
  REQUIRE(y.shape() == Shape{3, 1, 2});
  REQUIRE(y.value().raw() == x.value().raw());
  REQUIRE(ops::reshape(counting(Shape{1}), Shape{}).shape() == Shape{});
}

TEST_CASE("concatenate along each axis") {
  const Variable a = counting(Shape{2, 2});
  const Variable b(doubles(Shape{2, 1}, {10, 11}));
  REQUIRE(elements_of(ops::concatenate({a, b, a}, 1).value()) ==
          std::vector<double>{0, 1, 10, 0, 1, 2, 3, 11, 2, 3});
  REQUIRE(elements_of(ops::concatenate({a, b}, -1).value()) ==
          std::vector<double>{0, 1, 10, 2, 3, 11});
  const Variable c(doubles(Shape{1, 2}, {20, 21}));
  REQUIRE(elements_of(ops::concatenate({c, a}, 0).value()) ==
          std::vector<double>{20, 21, 0, 1, 2, 3});
  REQUIRE(ops::concatenate({counting(Shape{0, 2}), a}, 0).shape() == Shape{2, 2});
}

TEST_CASE("slice along each axis") {
  const Variable x = counting(Shape{2, 3, 2});
  REQUIRE(elements_of(ops::slice(x, 0, 1, 2).value()) == std::vector<double>{6, 7, 8, 9, 10, 11});
  REQUIRE(elements_of(ops::slice(x, 1, 1, 3).value()) ==
          std::vector<double>{2, 3, 4, 5, 8, 9, 10, 11});
  REQUIRE(elements_of(ops::slice(x, -1, 0, 1).value()) == std::vector<double>{0, 2, 4, 6, 8, 10});
  REQUIRE(ops::slice(x, 1, 2, 2).shape() == Shape{2, 0, 2});
}

TEST_CASE("gather_rows picks and repeats rows") {
  const Variable x = counting(Shape{3, 2});
  const std::vector<std::int64_t> rows = {2, 2, 0};
  const Variable y = ops::gather_rows(x, rows);
  REQUIRE(elements_of(y.value()) == std::vector<double>{4, 5, 4, 5, 0, 1});
  REQUIRE(ops::gather_rows(counting(Shape{3}), rows).shape() == Shape{3});
  REQUIRE(ops::gather_rows(x, {}).shape() == Shape{0, 2});
}

TEST_CASE("rearranging moves whatever the elements are") {
  const Variable x(Tensor::from(Shape{2, 2}, std::vector<std::uint8_t>{1, 2, 3, 4}));
  REQUIRE(elements_of<std::uint8_t>(ops::concatenate({x, x}, 1).value()) ==
          std::vector<std::uint8_t>{1, 2, 1, 2, 3, 4, 3, 4});
  REQUIRE(elements_of<std::uint8_t>(ops::slice(x, 1, 1, 2).value()) ==
          std::vector<std::uint8_t>{2, 4});
}

TEST_CASE("gradients of rearrangements") {
  const Tensor x = random_tensor(Shape{2, 3, 4}, 1);
  require_gradients([](const auto& in) { return ops::reshape(in[0], Shape{4, 6}); }, {x});
  for (const int axis : {0, 1, 2, -1, -2}) {
    require_gradients([&](const auto& in) { return ops::slice(in[0], axis, 1, 2); }, {x});
    require_gradients(
        [&](const auto& in) {
          return ops::concatenate({in[0], in[1], in[0]}, axis);
        },
        {x, random_tensor(x.shape().with(axis, 1), 2)});
  }
  const std::vector<std::int64_t> rows = {1, 1, 0, 1};
  require_gradients([&](const auto& in) { return ops::gather_rows(in[0], rows); }, {x});
}

TEST_CASE("a constant part of a concatenation needs no gradient") {
  const Variable x(random_tensor(Shape{2, 1}, 1), true);
  const Variable constant(random_tensor(Shape{2, 2}, 2));
  backward(ops::concatenate({constant, x}, 1), doubles(Shape{2, 3}, {1, 2, 3, 4, 5, 6}));
  REQUIRE(elements_of(x.grad()) == std::vector<double>{3, 6});
}

TEST_CASE("rearrangements say what does not fit") {
  const Variable x = counting(Shape{2, 3});
  REQUIRE_THROWS_TEXT(ops::reshape(x, Shape{4}), InvalidArgument,
                      "reshape: [2, 3] has 6 elements; [4] would have 4");
  REQUIRE_THROWS_TEXT(ops::concatenate({}, 0), InvalidArgument,
                      "concatenate: needs at least one part; got none");
  REQUIRE_THROWS_TEXT(
      ops::concatenate({x, counting(Shape{3, 3})}, 1), InvalidArgument,
      "concatenate: all parts must agree but for axis 1; got float64 [2, 3] and float64 [3, 3]");
  REQUIRE_THROWS_TEXT(
      ops::concatenate({x, counting(Shape{2})}, 0), InvalidArgument,
      "concatenate: all parts must agree but for axis 0; got float64 [2, 3] and float64 [2]");
  REQUIRE_THROWS_TEXT(ops::concatenate({x}, 2), InvalidArgument,
                      "concatenate: no axis 2 in [2, 3]");
  REQUIRE_THROWS_TEXT(ops::slice(x, -3, 0, 1), InvalidArgument, "slice: no axis -3 in [2, 3]");
  REQUIRE_THROWS_TEXT(ops::slice(x, 1, 2, 4), InvalidArgument,
                      "slice: [begin, end) must lie in axis 1 of [2, 3]; got [2, 4)");
  REQUIRE_THROWS_TEXT(ops::slice(x, 0, 2, 1), InvalidArgument,
                      "slice: [begin, end) must lie in axis 0 of [2, 3]; got [2, 1)");
  REQUIRE_THROWS_TEXT(ops::gather_rows(x, std::vector<std::int64_t>{1, 2}), InvalidArgument,
                      "gather_rows: rows must be in [0, 2); got 2 at 1");
  REQUIRE_THROWS_TEXT(ops::gather_rows(counting(Shape{}), {}), InvalidArgument,
                      "gather_rows: x must be [M, ...]; got []");
}

TEST_CASE("keep_rows leaves zeros where nothing is kept, whatever was there") {
  Tensor x = doubles(Shape{3, 2}, {1, 2, std::nan(""), 4, 5, 6});
  const std::vector<std::uint8_t> kept = {1, 0, 1};
  REQUIRE(elements_of(ops::keep_rows(Variable(x), kept).value()) ==
          std::vector<double>{1, 2, 0, 0, 5, 6});
  require_gradients([&](const auto& in) { return ops::keep_rows(in[0], kept); },
                    {random_tensor(Shape{3, 2, 2}, 1)});
  REQUIRE_THROWS_TEXT(ops::keep_rows(Variable(random_tensor(Shape{2, 2}, 1)), kept),
                      InvalidArgument, "keep_rows: x must have 3 rows; got [2, 2]");
}
