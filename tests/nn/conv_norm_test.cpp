#include "limn/nn/conv_norm.h"

#include "limn/core/error.h"
#include "limn/ops/activation.h"
#include "limn/ops/arithmetic.h"
#include "support/difference.h"
#include "support/plain_networks.h"
#include "support/threads.h"

using namespace limn;
using test::random_floats;

namespace {

// With random weights and statistics.
class RandomConvNorm : public nn::Module {
 public:
  RandomConvNorm(const nn::Conv2dConfig& config, nn::ConvActivation activation)
      : RandomConvNorm(config, activation, Generator(1)) {}

  const nn::ConvNorm& operator*() const { return layer_; }

 private:
  RandomConvNorm(const nn::Conv2dConfig& config, nn::ConvActivation activation, Generator generator)
      : layer_(config, {}, activation, generator) {
    child("conv", layer_.convolution());
    child("norm", layer_.norm());
    test::randomize(*this);
  }

  nn::ConvNorm layer_;
};

void require_near(const Tensor& a, const Tensor& b) {
  REQUIRE(test::largest_difference(a, b) <= 2e-4);
}

Tensor inferred(const RandomConvNorm& layer, const Tensor& x, const Variable& residual = {}) {
  const NoGradGuard guard;
  return (*layer).forward(Variable(x), {}, residual).value();
}

/// To what the layer says of pictures [pictures, height, width, its channels].
void require_residual_is_added(const RandomConvNorm& layer, const Shape& pictures,
                               std::int64_t channels) {
  const Tensor x = random_floats(pictures, 9);
  const Variable residual(random_floats(Shape{pictures[0], pictures[1], pictures[2], channels}, 8));
  require_near(inferred(layer, x, residual), (*layer).forward(Variable(x), {}, residual).value());
}

}  // namespace

TEST_CASE("folded layers say the same as the operations one by one") {
  const ops::Padding one = ops::Padding::around(1);
  const std::pair<nn::Conv2dConfig, nn::ConvActivation> layers[] = {
      {{.in_channels = 20, .out_channels = 24, .kernel = {1, 1}}, nn::ConvActivation::relu6},
      {{.in_channels = 3, .out_channels = 17, .options = {.stride = {2, 2}, .padding = one}},
       nn::ConvActivation::relu},
      {{.in_channels = 20,
        .out_channels = 20,
        .kernel = {5, 5},
        .options = {.stride = {2, 2}, .padding = ops::Padding::like_tensorflow(), .groups = 20}},
       nn::ConvActivation::none},
      {{.in_channels = 6, .out_channels = 4, .options = {.padding = one, .groups = 2}},
       nn::ConvActivation::relu6},
  };
  for (const auto& [config, activation] : layers) {
    const RandomConvNorm layer(config, activation);
    const Tensor x = random_floats(Shape{3, 9, 11, config.in_channels}, 9);
    require_near(inferred(layer, x), (*layer).forward(Variable(x), {}).value());
  }
}

TEST_CASE("a residual is added before the activation") {
  const RandomConvNorm layer({.in_channels = 5, .out_channels = 18, .kernel = {1, 1}},
                             nn::ConvActivation::relu);
  require_residual_is_added(layer, Shape{2, 3, 4, 5}, 18);
  const Tensor x = random_floats(Shape{2, 3, 4, 5}, 9);
  const NoGradGuard guard;
  REQUIRE_THROWS_TEXT((*layer).forward(Variable(x), {}, Variable(x)), InvalidArgument,
                      "ConvNorm: the result is [2, 3, 4, 18]; got a residual float32 [2, 3, 4, 5]");
}

TEST_CASE("a residual of one channel is added to what one channel gives") {
  const RandomConvNorm layer({.in_channels = 1, .out_channels = 1, .kernel = {1, 1}},
                             nn::ConvActivation::relu);
  require_residual_is_added(layer, Shape{2, 3, 4, 1}, 1);
}

TEST_CASE("a residual of one picture and of many, with patches of several pixels") {
  const test::ThreadCount two(2);
  const RandomConvNorm layer(
      {.in_channels = 5, .out_channels = 18, .options = {.padding = ops::Padding::around(1)}},
      nn::ConvActivation::relu6);
  for (const std::int64_t pictures : {1, 16})
    require_residual_is_added(layer, Shape{pictures, 9, 11, 5}, 18);
}

TEST_CASE("packed weights follow every change of the parameters") {
  RandomConvNorm layer({.in_channels = 2, .out_channels = 3, .kernel = {1, 1}},
                       nn::ConvActivation::none);
  const Tensor x = random_floats(Shape{2, 2, 2, 2}, 9);
  const auto fresh = [&] { return (*layer).forward(Variable(x), {}).value().clone(); };
  SECTION("while trainable, also silent ones") {
    inferred(layer, x);
    layer.state_dict()[0].second.fill(3);
    require_near(inferred(layer, x), fresh());
  }
  SECTION("loading into frozen ones") {
    layer.set_trainable(false);
    inferred(layer, x);
    std::map<std::string, Tensor> state;
    for (const auto& [name, tensor] : layer.state_dict())
      state[name] = Tensor::full(tensor.shape(), 2);
    layer.load_state_dict(state);
    const Tensor y = inferred(layer, x);
    layer.set_trainable(true);
    require_near(y, fresh());
  }
  SECTION("statistics that move under frozen parameters") {
    layer.set_trainable(false);
    inferred(layer, x);
    (*layer).forward(Variable(x), {.training = true});
    const Tensor y = inferred(layer, x);
    layer.set_trainable(true);
    require_near(y, fresh());
  }
}

TEST_CASE("gradients of a layer and its residual") {
  const std::pair<nn::ConvActivation, Variable (*)(const Variable&)> activations[] = {
      {nn::ConvActivation::none, nullptr},
      {nn::ConvActivation::relu, ops::relu},
      {nn::ConvActivation::relu6, ops::relu6}};
  for (const auto& [activation, plain] : activations) {
    const nn::Conv2dConfig config{
        .in_channels = 2, .out_channels = 2, .options = {.padding = ops::Padding::around(1)}};
    const RandomConvNorm layer(config, activation);
    test::require_plain_gradients(
        {layer,
         [&](const Variable& x, const nn::Pass& pass) { return (*layer).forward(x, pass, x); },
         [&, plain = plain](const Variable& x, test::PlainState& state) {
           const Variable y =
               ops::add(test::plain_conv_norm(state, "conv", "norm", x, config.options), x);
           return plain == nullptr ? y : plain(y);
         }},
        random_floats(Shape{2, 3, 4, 2}, 9));
  }
}
