#include "kernels/winograd.h"

#include <algorithm>
#include <array>

#include "support/catch.h"
#include "support/tensors.h"
#include "support/threads.h"

using namespace limn;
using namespace limn::kernels;
using test::random_floats;

namespace {

Conv2dShape shape_of(std::int64_t batch, Conv2dShape::Pair input, Conv2dShape::Pair pad,
                     std::int64_t in_channels, std::int64_t out_channels) {
  return {.batch = batch,
          .in_channels = in_channels,
          .out_channels = out_channels,
          .input = input,
          .output = {input[0] + 2 * pad[0] - 2, input[1] + 2 * pad[1] - 2},
          .kernel = {3, 3},
          .pad = pad};
}

struct Operands {
  Tensor x, w, y;

  explicit Operands(const Conv2dShape& s)
      : x(random_floats(Shape{s.batch, s.input[0], s.input[1], s.in_channels}, 1)),
        w(random_floats(Shape{s.out_channels, s.in_channels, 3, 3}, 2)),
        y(Tensor::full(Shape{s.batch, s.output[0], s.output[1], s.out_channels}, 1e9)) {}
};

}  // namespace

TEST_CASE("a winograd convolution agrees with conv2d_naive") {
  for (const Conv2dShape& s :
       {shape_of(1, {4, 4}, {0, 0}, 16, 16), shape_of(2, {7, 7}, {1, 1}, 16, 32),
        shape_of(3, {5, 8}, {1, 1}, 32, 16), shape_of(1, {3, 3}, {0, 0}, 16, 16),
        shape_of(1, {1, 1}, {1, 1}, 48, 16), shape_of(2, {6, 9}, {2, 1}, 16, 48),
        shape_of(1, {40, 52}, {1, 1}, 64, 64), shape_of(0, {4, 4}, {1, 1}, 16, 16)}) {
    Operands o(s);
    Tensor expected = o.y.clone();
    conv2d_naive<float>(s, o.x.data<float>(), o.w.data<float>(), nullptr, expected.data<float>());
    REQUIRE(WinogradConv2d::fits(s));
    WinogradConv2d(s, o.w.data<float>(), nullptr)(s, o.x.data<float>(), {}, o.y.data<float>());
    INFO(s.batch << " of " << s.input[0] << " x " << s.input[1] << " x " << s.in_channels);
    for (std::int64_t i = 0; i < o.y.elements(); ++i)
      REQUIRE(o.y.data<float>()[i] == Approx(expected.data<float>()[i]).margin(2e-5));
  }
}

TEST_CASE("a winograd convolution scales, adds and cuts off") {
  const Conv2dShape s = shape_of(2, {5, 6}, {1, 1}, 16, 32);
  Operands o(s);
  const Tensor scale = random_floats(Shape{s.out_channels}, 3);
  const Tensor bias = random_floats(Shape{s.out_channels}, 4);
  const Tensor residual = random_floats(o.y.shape(), 5);
  Tensor plain(o.y.shape());
  conv2d_naive<float>(s, o.x.data<float>(), o.w.data<float>(), nullptr, plain.data<float>());
  WinogradConv2d(s, o.w.data<float>(), scale.data<float>())(s, o.x.data<float>(),
                                                            {.bias = bias.data<float>(),
                                                             .residual = residual.data<float>(),
                                                             .limits = {.low = -0.5f, .high = 2}},
                                                            o.y.data<float>());
  for (std::int64_t i = 0; i < o.y.elements(); ++i) {
    const std::int64_t c = i % s.out_channels;
    const float value = plain.data<float>()[i] * scale.data<float>()[c] + bias.data<float>()[c] +
                        residual.data<float>()[i];
    REQUIRE(o.y.data<float>()[i] == Approx(std::clamp(value, -0.5f, 2.0f)).margin(2e-5));
  }
}

TEST_CASE("a winograd convolution has the same bits on any number of threads") {
  const Conv2dShape s = shape_of(3, {31, 28}, {1, 1}, 64, 80);
  Operands o(s);
  const WinogradConv2d convolution(s, o.w.data<float>(), nullptr);
  Tensor expected(o.y.shape());
  for (const int count : {1, 2, 3, 7}) {
    const test::ThreadCount threads(count);
    Tensor& y = count == 1 ? expected : o.y;
    convolution(s, o.x.data<float>(), {}, y.data<float>());
    INFO("threads " << count);
    REQUIRE(test::elements_of<float>(y) == test::elements_of<float>(expected));
  }
}

TEST_CASE("the gradient of the input of a winograd convolution is added") {
  const Conv2dShape s = shape_of(2, {7, 6}, {0, 1}, 32, 16);
  REQUIRE(WinogradConv2d::fits(s));
  Operands o(s);
  const Tensor dy = random_floats(o.y.shape(), 3);
  Tensor dx = random_floats(o.x.shape(), 4), dw = Tensor::zeros(o.w.shape());
  Tensor expected = dx.clone();
  conv2d_backward_naive<float>(s, o.x.data<float>(), o.w.data<float>(), dy.data<float>(),
                               expected.data<float>(), dw.data<float>());
  conv2d_backward_input<float>(s, o.w.data<float>(), dy.data<float>(), dx.data<float>());
  for (std::int64_t i = 0; i < dx.elements(); ++i)
    REQUIRE(dx.data<float>()[i] == Approx(expected.data<float>()[i]).margin(2e-5));
}

TEST_CASE("a winograd convolution is for neighbouring taps at every pixel and whole vectors") {
  const Conv2dShape good = shape_of(1, {8, 8}, {1, 1}, 16, 16);
  const auto fits = [&](auto&& change) {
    Conv2dShape s = good;
    change(s);
    return WinogradConv2d::fits(s);
  };
  CHECK(WinogradConv2d::fits(good));
  CHECK_FALSE(fits([](Conv2dShape& s) { s.kernel = {3, 5}; }));
  CHECK_FALSE(fits([](Conv2dShape& s) { s.stride = {1, 2}; }));
  CHECK_FALSE(fits([](Conv2dShape& s) { s.dilation = {2, 1}; }));
  CHECK_FALSE(fits([](Conv2dShape& s) { s.groups = 2; }));
  CHECK_FALSE(fits([](Conv2dShape& s) { s.in_channels = 17; }));
  CHECK_FALSE(fits([](Conv2dShape& s) { s.in_channels = 0; }));
  CHECK_FALSE(fits([](Conv2dShape& s) { s.out_channels = 3; }));
}
