#include "encoders/inverted_bottleneck.h"
#include "encoders/resnet.h"
#include "encoders/small_cnn.h"
#include "limn/ops/activation.h"
#include "limn/ops/arithmetic.h"
#include "limn/ops/reshape.h"
#include "support/plain_networks.h"

using namespace limn;
using encoders::BottleneckConfig;
using encoders::ResidualConfig;
using test::plain_conv_norm;

namespace {

/// With the layers registered, as its owners do.
struct OwnedBottleneck : nn::Module {
  OwnedBottleneck(const BottleneckConfig& config, Generator generator) : block(config, generator) {
    const auto own = [&](const std::string& name, const nn::ConvNorm& layer) {
      child(name, layer.convolution());
      child(name + "_norm", layer.norm());
    };
    if (block.expand() != nullptr) own("expand", *block.expand());
    own("depthwise", block.depthwise());
    own("project", block.project());
    test::randomize(*this);
  }

  encoders::InvertedBottleneck block;
};

void require_bottleneck_gradients(const BottleneckConfig& c) {
  INFO("expansion " << c.expansion << ", kernel " << c.kernel << ", stride " << c.stride);
  const OwnedBottleneck owned(c, Generator(1));
  test::require_plain_gradients(
      {owned, [&](const Variable& x, const nn::Pass& pass) { return owned.block.forward(x, pass); },
       [&](const Variable& x, test::PlainState& state) {
         const auto layer = [&](const std::string& name, const Variable& in,
                                const ops::Conv2dOptions& options = {}) {
           return plain_conv_norm(state, name, name + "_norm", in, options);
         };
         Variable y = c.expansion == 1 ? x : ops::relu6(layer("expand", x));
         y = ops::relu6(layer("depthwise", y,
                              {.stride = {c.stride, c.stride},
                               .padding = c.padding,
                               .groups = c.in_channels * c.expansion}));
         y = layer("project", y);
         return c.stride == 1 && c.in_channels == c.out_channels ? ops::add(y, x) : y;
       }},
      test::random_floats(Shape{2, 4, 5, c.in_channels}, 9, -5, 5));
}

void require_residual_gradients(const ResidualConfig& c) {
  INFO("stride " << c.stride << ", bottleneck " << c.bottleneck);
  Generator generator(1);
  encoders::ResidualBlock block(c, generator);
  test::randomize(block);
  test::require_plain_gradients(
      {block, [&](const Variable& x, const nn::Pass& pass) { return block.forward(x, pass); },
       [&](const Variable& x, test::PlainState& state) {
         const auto layer = [&](const std::string& number, const Variable& in, std::int64_t kernel,
                                std::int64_t stride) {
           return plain_conv_norm(
               state, "conv" + number, "bn" + number, in,
               {.stride = {stride, stride}, .padding = ops::Padding::around(kernel / 2)});
         };
         Variable y = ops::relu(layer("1", x, c.bottleneck ? 1 : 3, c.bottleneck ? 1 : c.stride));
         y = layer("2", y, 3, c.bottleneck ? c.stride : 1);
         if (c.bottleneck) y = layer("3", ops::relu(y), 1, 1);
         const bool same = c.stride == 1 && c.in_channels == c.out_channels();
         return ops::relu(ops::add(y, same ? x
                                           : plain_conv_norm(state, "downsample.0", "downsample.1",
                                                             x, {.stride = {c.stride, c.stride}})));
       }},
      test::random_floats(Shape{2, 4, 5, c.in_channels}, 9));
}

}  // namespace

TEST_CASE("gradients of inverted bottlenecks, with a residual and without") {
  const ops::Padding one = ops::Padding::around(1), same = ops::Padding::like_tensorflow();
  require_bottleneck_gradients(
      {.in_channels = 2, .out_channels = 2, .expansion = 3, .padding = one});
  require_bottleneck_gradients(
      {.in_channels = 2, .out_channels = 2, .expansion = 1, .padding = one});
  require_bottleneck_gradients({.in_channels = 2,
                                .out_channels = 3,
                                .expansion = 2,
                                .kernel = 5,
                                .stride = 2,
                                .padding = same});
}

TEST_CASE("gradients of residual blocks, with a shortcut and without") {
  require_residual_gradients({.in_channels = 4, .width = 1, .bottleneck = true});
  require_residual_gradients({.in_channels = 3, .width = 1, .stride = 2, .bottleneck = true});
  require_residual_gradients({.in_channels = 2, .width = 2});
  require_residual_gradients({.in_channels = 2, .width = 3, .stride = 2});
}

TEST_CASE("gradients of small_cnn") {
  Generator generator(1);
  encoders::SmallCnn encoder({.side = 16, .width = 1}, generator);
  test::randomize(encoder);
  test::require_plain_gradients(
      {encoder,
       [&](const Variable& x, const nn::Pass& pass) { return encoder.forward(x, pass).global; },
       [](const Variable& images, test::PlainState& state) {
         Variable x = images;
         for (const std::int64_t i : {0, 1, 2, 3}) {
           const std::string name = "layers." + std::to_string(i);
           const std::int64_t stride = i < 3 ? 2 : 1;
           x = ops::relu(
               plain_conv_norm(state, name + ".conv", name + ".norm", x,
                               {.stride = {stride, stride}, .padding = ops::Padding::around(1)}));
         }
         return ops::reshape(x, Shape{x.shape()[0], x.shape().elements() / x.shape()[0]});
       }},
      test::random_floats(Shape{1, 16, 16, 3}, 9));
}
