#include "limn/ops/linear.h"

#include <cmath>

#include "limn/core/error.h"
#include "limn/ops/arithmetic.h"
#include "limn/ops/reshape.h"
#include "support/golden.h"
#include "support/gradients.h"
#include "support/tensors.h"

using namespace limn;
using test::doubles;
using test::elements_of;
using test::random_floats;
using test::random_tensor;

TEST_CASE("linear of hand-worked values") {
  const Variable x(doubles(Shape{2, 2}, {1, 2, 3, 4}));
  const Variable weight(doubles(Shape{3, 2}, {1, 0, 0, 1, 10, 100}));
  const Variable bias(doubles(Shape{3}, {0.5, 0, -1}));
  const Variable y = ops::linear(x, weight, bias);
  REQUIRE(y.shape() == Shape{2, 3});
  REQUIRE(elements_of(y.value()) == std::vector<double>{1.5, 2, 209, 3.5, 4, 429});
  REQUIRE(elements_of(ops::linear(x, weight, {}).value()) ==
          std::vector<double>{1, 2, 210, 3, 4, 430});
}

TEST_CASE("linear agrees with PyTorch") {
  const SafetensorsFile file(test::kGolden / "layers" / "linear.safetensors");
  for (const char* name : {"matrix", "no_bias", "sequence", "one_row"}) {
    test::check_layer({file, name, {"x", "weight", "bias"}, {"y"}},
                      [](const auto& in) { return std::vector{ops::linear(in[0], in[1], in[2])}; });
  }
}

TEST_CASE("gradients of linear") {
  for (const Shape& x : {Shape{3, 4}, Shape{2, 2, 4}, Shape{4}, Shape{0, 4}}) {
    INFO(x.to_string());
    test::require_gradients(
        [](const auto& in) { return ops::linear(in[0], in[1], in[2]); },
        {random_tensor(x, 1), random_tensor(Shape{5, 4}, 2), random_tensor(Shape{5}, 3)});
  }
}

TEST_CASE("linear computes only the gradients that are wanted") {
  const Variable x(random_tensor(Shape{3, 4}, 1), true);
  const Variable weight(random_tensor(Shape{5, 4}, 2));
  const Variable bias(random_tensor(Shape{5}, 3), true);
  backward(ops::linear(x, weight, bias), Tensor::full(Shape{3, 5}, 1, DType::float64));
  REQUIRE(x.has_grad());
  REQUIRE_FALSE(weight.has_grad());
  REQUIRE(elements_of(bias.grad()) == std::vector<double>(5, 3));
}

TEST_CASE("linear of no rows and of no inputs") {
  const Variable bias(doubles(Shape{2}, {3, 4}));
  REQUIRE(
      ops::linear(Variable(doubles(Shape{0, 3}, {})), Variable(random_tensor(Shape{2, 3}, 1)), bias)
          .shape() == Shape{0, 2});
  const Variable y =
      ops::linear(Variable(doubles(Shape{2, 0}, {})), Variable(doubles(Shape{2, 0}, {})), bias);
  REQUIRE(elements_of(y.value()) == std::vector<double>{3, 4, 3, 4});
}

TEST_CASE("linear says what does not fit") {
  const auto make = [](const Shape& shape, DType dtype = DType::float32) {
    return Variable(Tensor::zeros(shape, dtype));
  };
  const Variable weight = make(Shape{3, 2});
  REQUIRE_THROWS_TEXT(ops::linear(make(Shape{4, 3}), weight, {}), InvalidArgument,
                      "linear: x must be [..., 2] for weight [3, 2]; got [4, 3]");
  REQUIRE_THROWS_TEXT(ops::linear(make(Shape{}), weight, {}), InvalidArgument,
                      "linear: x must be [..., 2] for weight [3, 2]; got []");
  REQUIRE_THROWS_TEXT(ops::linear(make(Shape{4, 2}), make(Shape{2}), {}), InvalidArgument,
                      "linear: weight must be a matrix; got [2]");
  REQUIRE_THROWS_TEXT(ops::linear(make(Shape{4, 2}), weight, make(Shape{2})), InvalidArgument,
                      "linear: bias must be [3] for weight [3, 2]; got float32 [2]");
  REQUIRE_THROWS_TEXT(ops::linear(make(Shape{4, 2}), weight, make(Shape{3}, DType::float64)),
                      InvalidArgument,
                      "linear: x, weight and bias must be of one dtype; got float32 [4, 2], "
                      "float32 [3, 2] and float64 [3]");
  REQUIRE_THROWS_TEXT(
      ops::linear(make(Shape{4, 2}, DType::int32), make(Shape{3, 2}, DType::int32), {}),
      InvalidArgument, "linear: needs float32 or float64; got int32");
}

TEST_CASE("the parts of a linear map add up to it") {
  const Variable a(random_tensor(Shape{3, 2}, 1)), b(random_tensor(Shape{3, 4}, 2));
  const Variable weight(random_tensor(Shape{5, 6}, 3)), bias(random_tensor(Shape{5}, 4));
  const Variable parts =
      ops::add(ops::linear_part(a, weight, 0, bias), ops::linear_part(b, weight, 2));
  const auto whole = elements_of(ops::linear(ops::concatenate({a, b}, 1), weight, bias).value());
  const auto sum = elements_of(parts.value());
  for (std::size_t i = 0; i < whole.size(); ++i) REQUIRE(sum[i] == Approx(whole[i]).margin(1e-12));
}

TEST_CASE("gradients of a part of a linear map") {
  test::require_gradients(
      [](const auto& in) { return ops::linear_part(in[0], in[1], 1, in[2]); },
      {random_tensor(Shape{3, 2}, 1), random_tensor(Shape{5, 4}, 2), random_tensor(Shape{5}, 3)});
}

TEST_CASE("the gradients of linear maps of no rows are 0") {
  using Map = Variable (*)(const Variable& x, const Variable& weight);
  const Map maps[] = {
      [](const Variable& x, const Variable& w) { return ops::linear(x, w, {}); },
      [](const Variable& x, const Variable& w) { return ops::linear_part(x, w, 0); },
      [](const Variable& x, const Variable& w) { return ops::transposed_linear(x, w, {}); }};
  for (const Map map : maps) {
    const Variable x(Tensor(Shape{0, 40})), weight(random_floats(Shape{40, 40}, 1), true);
    const Variable y = map(x, weight);
    Tensor::full(weight.shape(), std::nan(""));  // in memory that is used again
    backward(y, Tensor(Shape{0, 40}));
    for (const float g : weight.grad().span<float>()) REQUIRE(g == 0);
  }
}

TEST_CASE("a part of a linear map says what does not fit") {
  const Variable weight(Tensor::zeros(Shape{3, 5}, DType::float32));
  const Variable x(Tensor::zeros(Shape{2, 2}, DType::float32));
  for (const std::int64_t first : {-1, 4}) {
    REQUIRE_THROWS_TEXT(ops::linear_part(x, weight, first), InvalidArgument,
                        "linear_part: x [2, 2] does not fit into weight [3, 5] from column " +
                            std::to_string(first) + " on");
  }
}

TEST_CASE("a weight that many steps share gets the sum of their gradients") {
  test::require_gradients(
      [](const auto& in) {
        Variable h = in[0];
        for (int t = 0; t < 4; ++t) {
          // A part that is used twice, one of its own, and fewer rows than before.
          h = ops::slice(h, 0, 0, h.shape()[0] - (t == 2 ? 1 : 0));
          const Variable x = ops::slice(in[1], 0, 0, h.shape()[0]);
          h = ops::add(ops::linear_part(h, in[2], 0, in[3]), ops::linear_part(x, in[2], 3));
        }
        return ops::linear(h, ops::slice(in[2], 1, 0, 3), {});
      },
      {random_tensor(Shape{4, 3}, 2), random_tensor(Shape{4, 3}, 3), random_tensor(Shape{3, 6}, 1),
       random_tensor(Shape{3}, 4)});
}

TEST_CASE("the gradient of a weight that was computed is complete before it is used") {
  test::require_gradients(
      [](const auto& in) {
        const Variable weight = ops::multiply(in[1], in[1]);
        return ops::linear(ops::linear(in[0], weight, {}), weight, {});
      },
      {random_tensor(Shape{2, 3}, 1), random_tensor(Shape{3, 3}, 2)});
}

TEST_CASE("a transposed linear map is linear with the transposed weight") {
  const Variable x(doubles(Shape{2, 2}, {1, 2, 3, 4}));
  const Variable weight(doubles(Shape{2, 3}, {1, 0, 10, 0, 1, 100}));
  const Variable bias(doubles(Shape{3}, {0.5, 0, -1}));
  const Variable y = ops::transposed_linear(x, weight, bias);
  REQUIRE(y.shape() == Shape{2, 3});
  REQUIRE(elements_of(y.value()) == std::vector<double>{1.5, 2, 209, 3.5, 4, 429});
  REQUIRE(elements_of(ops::transposed_linear(x, weight, {}).value()) ==
          std::vector<double>{1, 2, 210, 3, 4, 430});
}

TEST_CASE("gradients of a transposed linear map, those that are wanted") {
  for (const Shape& x : {Shape{3, 4}, Shape{2, 2, 4}, Shape{4}, Shape{0, 4}}) {
    INFO(x.to_string());
    test::require_gradients(
        [](const auto& in) { return ops::transposed_linear(in[0], in[1], in[2]); },
        {random_tensor(x, 1), random_tensor(Shape{4, 5}, 2), random_tensor(Shape{5}, 3)});
  }
  const Variable x(random_tensor(Shape{3, 4}, 1), true), weight(random_tensor(Shape{4, 5}, 2));
  backward(ops::transposed_linear(x, weight, {}), Tensor::full(Shape{3, 5}, 1, DType::float64));
  REQUIRE(x.has_grad());
  REQUIRE_FALSE(weight.has_grad());
}

TEST_CASE("a transposed linear map says what does not fit") {
  const auto make = [](const Shape& shape, DType dtype = DType::float32) {
    return Variable(Tensor::zeros(shape, dtype));
  };
  const Variable weight = make(Shape{2, 3});
  REQUIRE_THROWS_TEXT(ops::transposed_linear(make(Shape{4, 3}), weight, {}), InvalidArgument,
                      "transposed_linear: x must be [..., 2] for weight [2, 3]; got [4, 3]");
  REQUIRE_THROWS_TEXT(ops::transposed_linear(make(Shape{4, 2}), make(Shape{2}), {}),
                      InvalidArgument, "transposed_linear: weight must be a matrix; got [2]");
  REQUIRE_THROWS_TEXT(ops::transposed_linear(make(Shape{4, 2}), weight, make(Shape{2})),
                      InvalidArgument,
                      "transposed_linear: bias must be [3] for weight [2, 3]; got float32 [2]");
  REQUIRE_THROWS_TEXT(
      ops::transposed_linear(make(Shape{4, 2}), weight, make(Shape{3}, DType::float64)),
      InvalidArgument,
      "transposed_linear: x, weight and bias must be of one dtype; got float32 [4, 2], float32 [2, "
      "3] and float64 [3]");
}
