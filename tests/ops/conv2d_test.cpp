#include "limn/ops/conv2d.h"

#include "kernels/conv2d.h"
#include "limn/core/error.h"
#include "support/gradients.h"
#include "support/tensors.h"
#include "support/threads.h"

using namespace limn;
using test::elements_of;
using test::random_floats;
using test::random_tensor;

namespace {

Variable leaf(Shape shape, std::vector<float> values) {
  return Variable(Tensor::from(shape, values), true);
}

struct Case {
  const char* name;
  Shape x;       // [B, H, W, C]
  Shape weight;  // [O, C/groups, kh, kw]
  ops::Conv2dOptions options;
};

// Pictures that are enough for two threads to have four blocks each.
constexpr std::int64_t kBusy = 8;

const ops::Padding kSame = ops::Padding::like_tensorflow();

std::vector<Case> cases() {
  return {
      {"pointwise", Shape{2, 3, 4, 5}, Shape{3, 5, 1, 1}, {}},
      {"pointwise with stride", Shape{2, 5, 4, 3}, Shape{4, 3, 1, 1}, {.stride = {2, 3}}},
      {"3x3", Shape{2, 4, 5, 2}, Shape{3, 2, 3, 3}, {.padding = ops::Padding::around(1)}},
      {"wider padding than kernel",
       Shape{1, 2, 3, 2},
       Shape{2, 2, 2, 2},
       {.padding = {3, 1, 0, 4}}},
      {"stride and dilation",
       Shape{1, 7, 8, 2},
       Shape{3, 2, 3, 2},
       {.stride = {2, 1}, .dilation = {1, 3}, .padding = {1, 0, 2, 1}}},
      {"same, even size",
       Shape{1, 6, 8, 3},
       Shape{2, 3, 3, 3},
       {.stride = {2, 2}, .padding = kSame}},
      {"same, odd size",
       Shape{2, 5, 7, 2},
       Shape{2, 2, 5, 3},
       {.stride = {2, 3}, .padding = kSame}},
      {"groups",
       Shape{2, 4, 4, 6},
       Shape{4, 3, 3, 3},
       {.padding = ops::Padding::around(1), .groups = 2}},
      {"groups of one input",
       Shape{2, 4, 3, 3},
       Shape{6, 1, 2, 3},
       {.padding = ops::Padding::around(1), .groups = 3}},
      {"depthwise",
       Shape{2, 4, 5, 3},
       Shape{3, 1, 3, 3},
       {.padding = ops::Padding::around(1), .groups = 3}},
      {"depthwise, stride, dilation",
       Shape{1, 7, 9, 2},
       Shape{2, 1, 3, 3},
       {.stride = {2, 3}, .dilation = {2, 1}, .padding = {1, 2, 0, 1}, .groups = 2}},
      {"depthwise, same, 5x5",
       Shape{1, 6, 7, 2},
       Shape{2, 1, 5, 5},
       {.stride = {2, 2}, .padding = kSame, .groups = 2}},
      {"one channel", Shape{1, 4, 4, 1}, Shape{1, 1, 3, 3}, {}},
  };
}

}  // namespace

TEST_CASE("conv2d of a hand-worked picture") {
  // x = 1 2 3 / 4 5 6, kernel 1 0 / 0 10, bias 100.
  const Variable x = leaf(Shape{1, 2, 3, 1}, {1, 2, 3, 4, 5, 6});
  const Variable w = leaf(Shape{1, 1, 2, 2}, {1, 0, 0, 10});
  const Variable bias = leaf(Shape{1}, {100});
  REQUIRE(elements_of<float>(ops::conv2d(x, w, bias).value()) == std::vector<float>{151, 162});
  const Variable same = ops::conv2d(x, w, Variable(), {.padding = kSame});
  REQUIRE(same.shape() == Shape{1, 2, 3, 1});
  REQUIRE(elements_of<float>(same.value()) == std::vector<float>{51, 62, 3, 4, 5, 6});
}

TEST_CASE("channels are summed with the weight of their tap") {
  const Variable x = leaf(Shape{1, 1, 2, 2}, {1, 2, 3, 4});        // pixels (1, 2) and (3, 4)
  const Variable w = leaf(Shape{1, 2, 1, 2}, {1, 10, 100, 1000});  // channel, column
  REQUIRE(elements_of<float>(ops::conv2d(x, w, Variable()).value()) == std::vector<float>{4231});
}

TEST_CASE("gradients of conv2d") {
  for (const Case& c : cases()) {
    INFO(c.name);
    test::require_gradients(
        [&](const auto& in) { return ops::conv2d(in[0], in[1], in[2], c.options); },
        {random_tensor(c.x, 1), random_tensor(c.weight, 2), random_tensor(Shape{c.weight[0]}, 3)});
  }
}

TEST_CASE("conv2d agrees with the naive loops on larger pictures") {
  const test::ThreadCount two(2);
  struct Size {
    std::int64_t batch, channels, out, groups, kernel, stride, pad;
  };
  // One or two pictures are too few for blocks of pixels: then the columns are shared out too.
  for (const auto& [batch, channels, out, groups, kernel, stride, pad] :
       {Size{2, 3, 40, 1, 3, 2, 1}, Size{1, 30, 70, 1, 3, 1, 1}, Size{2 * kBusy, 3, 40, 1, 3, 2, 1},
        Size{2, 70, 33, 1, 1, 1, 0}, Size{kBusy, 40, 33, 1, 1, 1, 0}, Size{2, 37, 37, 37, 3, 1, 1},
        Size{2, 68, 68, 68, 5, 2, 2}, Size{2, 16, 24, 2, 3, 1, 1}, Size{2, 32, 48, 1, 3, 1, 1},
        Size{1, 48, 16, 1, 3, 1, 0}, Size{1, 16, 32, 1, 3, 1, 2}, Size{1, 16, 16, 1, 3, 1, 4}}) {
    const kernels::Conv2dShape s{
        .batch = batch,
        .in_channels = channels,
        .out_channels = out,
        .groups = groups,
        .input = {21, 18},
        .output = {(21 + 2 * pad - kernel) / stride + 1, (18 + 2 * pad - kernel) / stride + 1},
        .kernel = {kernel, kernel},
        .stride = {stride, stride},
        .pad = {pad, pad}};
    const Tensor x = random_floats(Shape{batch, 21, 18, channels}, 1);
    const Tensor w = random_floats(Shape{out, channels / groups, kernel, kernel}, 2);
    const Tensor dy = random_floats(Shape{batch, s.output[0], s.output[1], out}, 3);
    const Variable vx(x, true);
    const Variable vw(w, true);
    const Variable y =
        ops::conv2d(vx, vw, Variable(),
                    {.stride = s.stride, .padding = ops::Padding::around(pad), .groups = groups});
    backward(y, dy);
    Tensor expected(y.shape());
    Tensor dx = Tensor::zeros(x.shape());
    Tensor dw = Tensor::zeros(w.shape());
    kernels::conv2d_naive<float>(s, x.data<float>(), w.data<float>(), nullptr,
                                 expected.data<float>());
    kernels::conv2d_backward_naive<float>(s, x.data<float>(), w.data<float>(), dy.data<float>(),
                                          dx.data<float>(), dw.data<float>());
    const auto close = [](const Tensor& a, const Tensor& b) {
      for (std::int64_t i = 0; i < a.elements(); ++i)
        REQUIRE(a.data<float>()[i] == Approx(b.data<float>()[i]).margin(2e-4).epsilon(1e-4));
    };
    INFO("pictures " << batch << ", channels " << channels << ", kernel " << kernel);
    close(y.value(), expected);
    close(vx.grad(), dx);
    close(vw.grad(), dw);
  }
}

TEST_CASE("conv2d of no pictures") {
  const Variable x(Tensor(Shape{0, 4, 4, 2}), true);
  const Variable w = leaf(Shape{1, 2, 1, 1}, {1, 1});
  const Variable y = ops::conv2d(x, w, Variable());
  REQUIRE(y.shape() == Shape{0, 4, 4, 1});
  backward(y, Tensor(y.shape()));
  REQUIRE(elements_of<float>(w.grad()) == std::vector<float>{0, 0});
}

TEST_CASE("conv2d to no channels") {
  for (const std::int64_t kernel : {1, 3}) {
    const Variable x(random_floats(Shape{1, 4, 4, 3}, 1), true);
    const Variable w(Tensor(Shape{0, 3, kernel, kernel}), true);
    const Variable y = ops::conv2d(x, w, Variable());
    REQUIRE(y.shape() == Shape{1, 5 - kernel, 5 - kernel, 0});
    backward(y, Tensor(y.shape()));
    REQUIRE(elements_of<float>(x.grad()) == std::vector<float>(48, 0));
  }
}

TEST_CASE("conv2d says what does not fit") {
  const Variable x(Tensor::zeros(Shape{1, 4, 4, 2}));
  const Variable w(Tensor::zeros(Shape{3, 2, 3, 3}));
  const Variable none;
  REQUIRE_THROWS_TEXT(ops::conv2d(Variable(Tensor(Shape{4, 4, 2})), w, none), InvalidArgument,
                      "conv2d: x must be [B, H, W, C]; got [4, 4, 2]");
  REQUIRE_THROWS_TEXT(ops::conv2d(x, Variable(Tensor(Shape{3, 2})), none), InvalidArgument,
                      "conv2d: weight must be [O, C/groups, kh, kw]; got [3, 2]");
  REQUIRE_THROWS_TEXT(ops::conv2d(x, w, none, {.groups = 3}), InvalidArgument,
                      "conv2d: x [1, 4, 4, 2] does not fit weight [3, 2, 3, 3] in 3 groups (x is "
                      "channels-last, weight is [O, C/groups, kh, kw])");
  REQUIRE_THROWS_TEXT(ops::conv2d(x, w, Variable(Tensor(Shape{2}))), InvalidArgument,
                      "conv2d: bias must be [3]; got float32 [2]");
  REQUIRE_THROWS_TEXT(ops::conv2d(x, Variable(Tensor(w.shape(), DType::float64)), none),
                      InvalidArgument,
                      "conv2d: x, weight and bias must be of one dtype; got float32 [1, 4, 4, 2], "
                      "float64 [3, 2, 3, 3] and none");
  REQUIRE_THROWS_TEXT(ops::conv2d(x, w, none, {.stride = {0, 1}}), InvalidArgument,
                      "conv2d: stride, dilation and groups must be at least 1; got [0, 1], [1, 1], "
                      "1");
  REQUIRE_THROWS_TEXT(
      ops::conv2d(x, w, none, {.padding = {0, -1, 0, 0}}), InvalidArgument,
      "conv2d: padding must not be negative; got top 0, bottom -1, left 0, right 0");
  REQUIRE_THROWS_TEXT(ops::conv2d(x, w, none, {.dilation = {2, 2}}), InvalidArgument,
                      "conv2d: the kernel of weight [3, 2, 3, 3] (dilation [2, 2]) does not fit "
                      "into the padded picture of x [1, 4, 4, 2]");
}
