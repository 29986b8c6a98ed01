#include "limn/ops/pool2d.h"

#include <cmath>
#include <limits>

#include "limn/core/error.h"
#include "support/gradients.h"
#include "support/tensors.h"

using namespace limn;
using test::elements_of;
using Values = std::vector<double>;

namespace {

// One channel, one picture.
Variable picture(std::int64_t height, std::int64_t width, Values values) {
  return Variable(Tensor::from(Shape{1, height, width, 1}, values), true);
}

// Distinct elements, far enough apart for central differences of a maximum.
Tensor distinct(Shape shape) {
  Tensor tensor(shape, DType::float64);
  const auto span = tensor.span<double>();
  for (std::size_t i = 0; i < span.size(); ++i) span[i] = 0.01 * static_cast<double>(i);
  Generator(3).shuffle(span);
  return tensor;
}

const ops::Pool2dOptions kVariants[] = {
    {},
    {.kernel = {3, 3}, .padding = {1, 1}},
    {.kernel = {3, 3}, .padding = {1, 1}, .ceil_mode = true, .count_include_pad = false},
    {.kernel = {2, 2}, .padding = {1, 1}, .ceil_mode = true},
    {.kernel = {3, 2}, .stride = {1, 3}, .padding = {0, 1}, .count_include_pad = false},
};

}  // namespace

TEST_CASE("max_pool2d takes the largest and sends the gradient there") {
  const Variable x = picture(2, 5, {1, 5, 2, 3, 9, 4, 0, 7, 7, 8});
  const Variable y = ops::max_pool2d(x);
  REQUIRE(y.shape() == Shape{1, 1, 2, 1});
  REQUIRE(elements_of(y.value()) == Values{5, 7});
  backward(y, Tensor::from(y.shape(), Values{10, 20}));
  REQUIRE(elements_of(x.grad()) == Values{0, 10, 0, 0, 0, 0, 0, 20, 0, 0});
}

TEST_CASE("padding takes no part in a maximum, and NaN does") {
  const ops::Pool2dOptions options{.kernel = {1, 3}, .stride = {1, 1}, .padding = {0, 1}};
  REQUIRE(elements_of(ops::max_pool2d(picture(1, 3, {-3, -2, -5}), options).value()) ==
          Values{-2, -2, -2});
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const Variable y =
      ops::max_pool2d(picture(1, 4, {1, nan, 3, 9}), {.kernel = {1, 2}, .stride = {1, 1}});
  REQUIRE(std::isnan(y.value().data<double>()[0]));
  REQUIRE(std::isnan(y.value().data<double>()[1]));
  REQUIRE(y.value().data<double>()[2] == 9);
}

TEST_CASE("avg_pool2d divides by the window, with or without the padding") {
  const Variable x = picture(1, 3, {3, 6, 9});
  ops::Pool2dOptions options{.kernel = {1, 2}, .stride = {1, 2}, .padding = {0, 1}};
  REQUIRE(elements_of(ops::avg_pool2d(x, options).value()) == Values{1.5, 7.5});
  options.count_include_pad = false;
  REQUIRE(elements_of(ops::avg_pool2d(x, options).value()) == Values{3, 7.5});
}

TEST_CASE("adaptive and global pooling") {
  const Variable x = picture(1, 5, {1, 2, 3, 4, 5});
  REQUIRE(elements_of(ops::adaptive_avg_pool2d(x, {1, 2}).value()) == Values{2, 4});
  REQUIRE(elements_of(ops::adaptive_max_pool2d(x, {1, 2}).value()) == Values{3, 5});
  const Variable mean = ops::global_avg_pool2d(x);
  REQUIRE(mean.shape() == Shape{1, 1});
  REQUIRE(mean.value().item() == 3);
}

TEST_CASE("gradients of pooling") {
  const Tensor x = distinct(Shape{2, 5, 6, 3});
  const auto check = [&](const auto& pool) {
    test::require_gradients([&](const auto& in) { return pool(in[0]); }, {x});
  };
  for (const ops::Pool2dOptions& options : kVariants) {
    check([&](const Variable& v) { return ops::max_pool2d(v, options); });
    check([&](const Variable& v) { return ops::avg_pool2d(v, options); });
  }
  check([&](const Variable& v) {
    return ops::max_pool2d(
        v, {.kernel = {3, 2}, .stride = {1, 2}, .padding = {1, 0}, .dilation = {2, 3}});
  });
  check([&](const Variable& v) { return ops::adaptive_avg_pool2d(v, {3, 7}); });
  check([&](const Variable& v) { return ops::adaptive_max_pool2d(v, {2, 4}); });
  check([&](const Variable& v) { return ops::global_avg_pool2d(v); });
}

TEST_CASE("pooling says what does not fit") {
  const Variable x = picture(2, 3, {1, 2, 3, 4, 5, 6});
  REQUIRE_THROWS_TEXT(ops::max_pool2d(Variable(Tensor(Shape{2, 3}))), InvalidArgument,
                      "max_pool2d: x must be [B, H, W, C] with at least one pixel; got [2, 3]");
  REQUIRE_THROWS_TEXT(ops::avg_pool2d(x, {.kernel = {3, 3}}), InvalidArgument,
                      "avg_pool2d: a window of 3 does not fit into 2 pixels padded by 0");
  REQUIRE_THROWS_TEXT(ops::max_pool2d(x, {.padding = {2, 0}}), InvalidArgument,
                      "max_pool2d: kernel, stride and dilation must be at least 1, padding between "
                      "0 and half the kernel; got 2, 2, 1, 2");
  REQUIRE_THROWS_TEXT(ops::avg_pool2d(x, {.dilation = {1, 2}}), InvalidArgument,
                      "avg_pool2d: dilation is for max_pool2d; got [1, 2]");
  REQUIRE_THROWS_TEXT(ops::adaptive_avg_pool2d(x, {0, 1}), InvalidArgument,
                      "adaptive_avg_pool2d: the output needs at least one pixel; got 0");
  REQUIRE_THROWS_TEXT(ops::max_pool2d(x, {.kernel = {2, 2}, .padding = {1, 0}, .dilation = {3, 1}}),
                      InvalidArgument,
                      "max_pool2d: window 0 lies wholly in the padding of 2 pixels padded by 1");
}
