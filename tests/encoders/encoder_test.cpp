#include "limn/encoders/encoder.h"

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "encoders/golden_features.h"
#include "limn/core/error.h"
#include "limn/core/safetensors.h"
#include "limn/ops/conv2d.h"
#include "support/catch.h"
#include "support/channels.h"
#include "support/hashfill.h"

using namespace limn;
using test::kGolden;
using test::kShared;
using test::require_close;

namespace {

std::unique_ptr<encoders::Encoder> frozen(const std::string& name) {
  Generator generator(1);
  auto encoder = encoders::make_encoder({.name = name}, generator);
  encoder->set_trainable(false);
  return encoder;
}

float largest(const Tensor& x) {
  float result = 0;
  for (const float value : x.span<float>()) result = std::max(result, std::abs(value));
  return result;
}

}  // namespace

TEST_CASE("mobilenet_v2 agrees with torchvision") {
  const auto encoder = frozen("mobilenet_v2");
  std::map<std::string, Tensor> state;
  for (const auto& [name, tensor] : encoder->state_dict())
    state[name] = test::hashfill_parameter(name, tensor.shape(), 2);
  state["classifier.1.weight"] = Tensor(Shape{1});
  encoder->load_state_dict(state, encoder->ignored_weights());
  const Tensor images =
      test::channels_last(test::hashfill("golden/encoders/x224", Shape{2, 3, 224, 224}, 0, 1));
  const SafetensorsFile golden(kGolden / "encoders" / "mobilenet_v2.safetensors");
  const auto compare = [&](const nn::Features& features) {
    REQUIRE(features.regions.shape() == Shape{2, 49, 1280});
    test::require_features(features, golden, 2e-4);
  };
  SECTION("with folded layers") {
    const NoGradGuard guard;
    compare(encoder->forward(Variable(images), {}));
  }
  SECTION("operation by operation") {
    encoder->set_trainable(true);
    compare(encoder->forward(Variable(images), {}));
  }
}

TEST_CASE("efficientnet_lite0 says of photos what it says in PyTorch", "[data]") {
  const auto path = kShared / "weights" / "efficientnet_lite0.safetensors";
  if (!test::is_there(path)) return;
  const auto encoder = frozen("efficientnet_lite0");
  REQUIRE(encoder->parameter_count() == 3371008);
  encoders::load_weights(*encoder, path);
  const SafetensorsFile golden(kShared / "golden" / "encoders" / "efficientnet_lite0.safetensors");
  Tensor images = golden.tensor("crops").to(DType::float32);
  for (float& value : images.span<float>()) value = (value - 127) / 128;
  const NoGradGuard guard;
  const nn::Features features = encoder->forward(Variable(images), {});
  test::require_features(features, golden, 1e-4);
  const SafetensorsFile weights(path);
  const Variable logits =
      ops::conv2d(Variable(features.global.value().reshaped(Shape{8, 1, 1, 1280})),
                  Variable(weights.tensor("_fc.weight").reshaped(Shape{1000, 1280, 1, 1})),
                  Variable(weights.tensor("_fc.bias")));
  require_close(logits.value().reshaped(Shape{8, 1000}), golden.tensor("logits"), 1e-4);
}

TEST_CASE("an encoder passes gradients to its first layer") {
  Generator generator(1);
  const auto encoder = encoders::make_encoder({.name = "mobilenet_v2"}, generator);
  Tensor images(Shape{2, 32, 32, 3});
  generator.fill_normal(images, 0, 1);
  const nn::Features features = encoder->forward(Variable(images), {.training = true});
  Tensor cotangent(features.global.shape());
  generator.fill_normal(cotangent, 0, 1);
  backward(features.global, cotangent);
  REQUIRE(largest(encoder->parameters()[0].second.grad()) > 0);
}

TEST_CASE("encoders say what does not fit") {
  Generator generator(1);
  REQUIRE_THROWS_TEXT(
      encoders::make_encoder({.name = "vgg"}, generator), InvalidArgument,
      "make_encoder: \"vgg\" is not known; there are efficientnet_lite0, "
      "mobilenet_v2, resnet101, resnet152, resnet18, resnet34, resnet50, small_cnn, vit_b_16, "
      "vit_b_32");
  REQUIRE_THROWS_TEXT(encoders::make_encoder({.name = "mobilenet"}, generator), InvalidArgument,
                      "make_encoder: \"mobilenet\" is not known; did you mean \"mobilenet_v2\"?");
  REQUIRE_THROWS_TEXT(encoders::encoder_options("small_ccn"), InvalidArgument,
                      "encoder_options: \"small_ccn\" is not known; did you mean \"small_cnn\"?");
  const auto encoder = frozen("efficientnet_lite0");
  REQUIRE_THROWS_TEXT(encoder->forward(Variable(Tensor(Shape{1, 3, 224, 224})), {}),
                      InvalidArgument,
                      "efficientnet_lite0: images must be [B, H, W, 3] of at least 32x32 pixels; "
                      "got [1, 3, 224, 224]");
  const auto path = kGolden / "encoders" / "mobilenet_v2.safetensors";
  REQUIRE_THROWS_PART(encoders::load_weights(*encoder, path), InvalidArgument,
                      "mobilenet_v2.safetensors does not hold weights of efficientnet_lite0: "
                      "load_state_dict: ");
}
