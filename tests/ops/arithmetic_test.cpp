#include "limn/ops/arithmetic.h"

#include "limn/core/error.h"
#include "limn/core/threads.h"
#include "support/golden.h"
#include "support/gradients.h"
#include "support/tensors.h"

using namespace limn;
using test::doubles;
using test::elements_of;
using test::random_tensor;

namespace {

using Operation = Variable (*)(const Variable&, const Variable&);

struct Shapes {
  Shape a;
  Shape b;
  Shape result;
};

// Of every kind of loop: equal, repeated rows, columns, both, scalars, missing and empty axes.
const std::vector<Shapes> kShapes = {
    {{2, 3}, {2, 3}, {2, 3}},
    {{2, 3}, {3}, {2, 3}},
    {{3}, {2, 3}, {2, 3}},
    {{2, 3}, {2, 1}, {2, 3}},
    {{2, 1}, {1, 3}, {2, 3}},
    {{2, 3}, {}, {2, 3}},
    {{}, {}, {}},
    {{1}, {1, 1}, {1, 1}},
    {{2, 3, 4}, {2, 1, 4}, {2, 3, 4}},
    {{2, 3, 4}, {3, 1}, {2, 3, 4}},
    {{2, 1, 2, 1, 2, 2}, {1, 3, 1, 2, 1, 2}, {2, 3, 2, 2, 2, 2}},
    {{0, 3}, {3}, {0, 3}},
    {{2, 0}, {1}, {2, 0}},
};

// Where element `index` of the result stands in an operand.
std::int64_t offset_in(const Shape& operand, const Shape& result, std::int64_t index) {
  std::int64_t offset = 0;
  std::int64_t stride = 1;
  for (int axis = 1; axis <= result.rank(); ++axis) {
    const std::int64_t at = index % result[-axis];
    index /= result[-axis];
    if (axis > operand.rank()) continue;
    if (operand[-axis] > 1) offset += at * stride;
    stride *= operand[-axis];
  }
  return offset;
}

// Of a · b with respect to a, element by element.
Tensor multiply_backward_naive(const Shape& result, const Shape& a, const Tensor& b,
                               const Tensor& dy) {
  Tensor da = Tensor::zeros(a, DType::float64);
  for (std::int64_t i = 0; i < dy.elements(); ++i)
    da.data<double>()[offset_in(a, result, i)] +=
        static_cast<double>(dy.data<float>()[i]) *
        static_cast<double>(b.data<float>()[offset_in(b.shape(), result, i)]);
  return da;
}

}  // namespace

TEST_CASE("arithmetic of hand-worked values") {
  const Variable a(doubles(Shape{2, 2}, {1, 2, 3, 4}));
  const Variable b(doubles(Shape{2}, {10, 4}));
  REQUIRE(elements_of(ops::add(a, b).value()) == std::vector<double>{11, 6, 13, 8});
  REQUIRE(elements_of(ops::subtract(a, b).value()) == std::vector<double>{-9, -2, -7, 0});
  REQUIRE(elements_of(ops::multiply(b, a).value()) == std::vector<double>{10, 8, 30, 16});
  REQUIRE(elements_of(ops::divide(a, b).value()) == std::vector<double>{0.1, 0.5, 0.3, 1});
  REQUIRE(elements_of(ops::affine(a, 2, -1).value()) == std::vector<double>{1, 3, 5, 7});
}

TEST_CASE("arithmetic repeats axes by NumPy's rules") {
  for (const Shapes& shapes : kShapes) {
    INFO(shapes.a.to_string() << " and " << shapes.b.to_string());
    const Tensor a = random_tensor(shapes.a, 1);
    const Tensor b = random_tensor(shapes.b, 2);
    const Tensor y = ops::subtract(Variable(a), Variable(b)).value();
    REQUIRE(y.shape() == shapes.result);
    for (std::int64_t i = 0; i < y.elements(); ++i) {
      REQUIRE(y.data<double>()[i] == a.data<double>()[offset_in(shapes.a, shapes.result, i)] -
                                         b.data<double>()[offset_in(shapes.b, shapes.result, i)]);
    }
  }
}

TEST_CASE("gradients of arithmetic") {
  for (const Operation operation : {ops::add, ops::subtract, ops::multiply, ops::divide}) {
    for (const Shapes& shapes : kShapes) {
      INFO(shapes.a.to_string() << " and " << shapes.b.to_string());
      test::require_gradients(
          [&](const auto& in) { return operation(in[0], in[1]); },
          {random_tensor(shapes.a, 1), random_tensor(shapes.b, 2, DType::float64, 0.5, 1.5)});
    }
  }
  test::require_gradients([](const auto& in) { return ops::affine(in[0], -3, 2); },
                          {random_tensor(Shape{2, 3}, 1)});
}

TEST_CASE("an operand may meet itself") {
  test::require_gradients([](const auto& in) { return ops::multiply(in[0], in[0]); },
                          {random_tensor(Shape{5}, 1)});
}

TEST_CASE("gradients of long rows and many of them, on any number of threads") {
  const int threads = thread_count();
  const std::vector<Shapes> large = {{{11, 3000}, {3000}, {11, 3000}},
                                     {{50, 700}, {50, 1}, {50, 700}},
                                     {{33000}, {1}, {33000}},
                                     {{5, 1, 1500}, {5, 1}, {5, 5, 1500}}};
  for (const Shapes& shapes : large) {
    INFO(shapes.a.to_string() << " and " << shapes.b.to_string());
    const Tensor x = random_tensor(shapes.a, 1, DType::float32);
    const Tensor z = random_tensor(shapes.b, 2, DType::float32);
    const Tensor cotangent = random_tensor(shapes.result, 3, DType::float32);
    const auto run = [&](int count) {
      set_thread_count(count);
      const Variable a(x, true);
      const Variable b(z, true);
      backward(ops::multiply(a, b), cotangent);
      return std::pair{a.grad(), b.grad()};
    };
    const auto [da, db] = run(1);
    const auto [da_three, db_three] = run(3);
    set_thread_count(threads);
    REQUIRE(elements_of<float>(da) == elements_of<float>(da_three));
    REQUIRE(elements_of<float>(db) == elements_of<float>(db_three));
    test::require_close(da, multiply_backward_naive(shapes.result, shapes.a, z, cotangent), 1e-6);
    test::require_close(db, multiply_backward_naive(shapes.result, shapes.b, x, cotangent), 1e-6);
  }
}

TEST_CASE("arithmetic says what does not fit") {
  const auto make = [](const Shape& shape, DType dtype = DType::float32) {
    return Variable(Tensor::zeros(shape, dtype));
  };
  REQUIRE_THROWS_TEXT(
      ops::add(make(Shape{2, 3}), make(Shape{2})), InvalidArgument,
      "add: sizes must be equal or 1, axis by axis from the last; got [2, 3] and [2]");
  REQUIRE_THROWS_TEXT(ops::multiply(make(Shape{2}), make(Shape{2}, DType::float64)),
                      InvalidArgument, "multiply: a is float32, but b is float64");
  REQUIRE_THROWS_TEXT(ops::subtract(make(Shape{2}, DType::int32), make(Shape{2}, DType::int32)),
                      InvalidArgument, "subtract: needs float32 or float64; got int32");
}
