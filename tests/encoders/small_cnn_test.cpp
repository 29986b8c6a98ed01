#include <cmath>

#include "limn/core/error.h"
#include "limn/encoders/encoder.h"
#include "support/golden.h"

using namespace limn;

namespace {

std::unique_ptr<encoders::Encoder> small_cnn(const std::map<std::string, std::string>& options,
                                             std::uint64_t seed = 1) {
  Generator generator(seed);
  return encoders::make_encoder({.name = "small_cnn", .options = options}, generator);
}

Tensor noise(const Shape& shape, std::uint64_t seed) {
  Tensor tensor(shape);
  Generator(seed).fill_normal(tensor, 0, 1);
  return tensor;
}

// Noise with a bright spot that is on the left in even pictures and on the right in odd ones.
Tensor spots(std::int64_t batch, std::int64_t side, std::uint64_t seed) {
  Tensor images = noise(Shape{batch, side, side, 3}, seed);
  for (float& value : images.span<float>()) value *= 0.2f;
  for (std::int64_t b = 0; b < batch; ++b) {
    for (std::int64_t i = 0; i < 16 * 3; ++i) {
      const std::int64_t row = side / 2 - 2 + i / 12;
      const std::int64_t column = b % 2 == 0 ? i / 3 % 4 : side - 4 + i / 3 % 4;
      images.data<float>()[((b * side + row) * side + column) * 3 + i % 3] += 2;
    }
  }
  return images;
}

// The mean of (probe · global − ±1)²; its gradient reaches the encoder when it is recorded.
double loss_of(const encoders::Encoder& encoder, const Tensor& images, const Tensor& probe,
               bool training) {
  const nn::Features features = encoder.forward(Variable(images), {.training = training});
  const Shape& shape = features.global.shape();
  Tensor cotangent(shape);
  double loss = 0;
  for (std::int64_t b = 0; b < shape[0]; ++b) {
    const float* row = features.global.value().data<float>() + b * shape[1];
    double error = b % 2 == 0 ? -1 : 1;
    for (std::int64_t f = 0; f < shape[1]; ++f) error += row[f] * probe.data<float>()[f];
    loss += error * error / static_cast<double>(shape[0]);
    for (std::int64_t f = 0; f < shape[1]; ++f)
      cotangent.data<float>()[b * shape[1] + f] =
          static_cast<float>(2 * error / static_cast<double>(shape[0]) * probe.data<float>()[f]);
  }
  if (training) backward(features.global, cotangent);
  return loss;
}

void step(encoders::Encoder& encoder, float rate) {
  for (auto& [name, parameter] : encoder.parameters()) {
    Tensor value = parameter.value();
    for (std::int64_t i = 0; i < value.elements(); ++i)
      value.data<float>()[i] -= rate * parameter.grad().data<float>()[i];
  }
  encoder.mark_changed();
  encoder.clear_grad();
}

}  // namespace

TEST_CASE("small_cnn keeps the places of its last map") {
  const auto encoder = small_cnn({});
  REQUIRE(encoder->options() ==
          std::map<std::string, std::string>{{"side", "48"}, {"width", "32"}});
  REQUIRE(encoder->feature_size() == 6 * 6 * 64);
  REQUIRE(encoder->region_size() == 64);
  REQUIRE(encoder->preprocessing().crop == 48);
  REQUIRE(encoder->preprocessing().shorter == 48);
  const nn::Features features = encoder->forward(Variable(noise(Shape{2, 48, 48, 3}, 1)), {});
  REQUIRE(features.global.shape() == Shape{2, 2304});
  REQUIRE(features.regions.shape() == Shape{2, 36, 64});
  test::require_close(features.regions.value().reshaped(Shape{2, 2304}), features.global.value(),
                      0);
}

TEST_CASE("a small_cnn of another size") {
  const auto encoder = small_cnn({{"side", "40"}, {"width", "6"}});
  REQUIRE(encoder->options().at("side") == "40");
  const nn::Features features =
      encoder->forward(Variable(noise(Shape{3, 40, 40, 3}, 1)), {.training = true});
  REQUIRE(features.global.shape() == Shape{3, encoder->feature_size()});
  REQUIRE(features.regions.shape() == Shape{3, 25, 12});
}

TEST_CASE("small_cnn learns on which side a spot is") {
  const auto encoder = small_cnn({{"side", "32"}, {"width", "4"}});
  const Tensor probe = noise(Shape{encoder->feature_size()}, 9);
  const double before = loss_of(*encoder, spots(16, 32, 3), probe, true);
  encoder->clear_grad();
  for (std::uint64_t i = 0; i < 60; ++i) {
    loss_of(*encoder, spots(16, 32, 10 + i), probe, true);
    step(*encoder, 0.002f);
  }
  const double after = loss_of(*encoder, spots(16, 32, 3), probe, true);
  INFO(before << " before, " << after << " after");
  REQUIRE(after < 0.1 * before);
  encoder->set_trainable(false);
  const double unseen = loss_of(*encoder, spots(64, 32, 4), probe, false);
  INFO(unseen << " for new pictures in evaluation");
  REQUIRE(unseen < 0.5);
}

TEST_CASE("small_cnn folded says what it says operation by operation") {
  const auto encoder = small_cnn({{"width", "8"}});
  const Variable images(noise(Shape{5, 48, 48, 3}, 2));
  encoder->forward(images, {.training = true});  // moves the running statistics
  const Tensor plain = encoder->forward(images, {}).global.value();
  encoder->set_trainable(false);
  const NoGradGuard guard;
  test::require_close(encoder->forward(images, {}).global.value(), plain, 1e-5);
}

TEST_CASE("the state of a small_cnn is all there is to it") {
  const auto one = small_cnn({{"width", "8"}}, 1);
  const auto other = small_cnn({{"width", "8"}}, 2);
  const Variable images(noise(Shape{4, 48, 48, 3}, 2));
  one->forward(images, {.training = true});
  std::map<std::string, Tensor> state;
  for (const auto& [name, tensor] : one->state_dict()) state[name] = tensor.clone();
  REQUIRE(state.size() == 4 * 5);
  REQUIRE(state.at("layers.3.conv.weight").shape() == Shape{16, 16, 3, 3});
  other->load_state_dict(state);
  test::require_close(other->forward(images, {}).global.value(),
                      one->forward(images, {}).global.value(), 0);
}

TEST_CASE("small_cnn says what does not fit") {
  REQUIRE_THROWS_TEXT(small_cnn({{"widht", "8"}}), InvalidArgument,
                      "small_cnn: \"widht\" is not known; did you mean \"width\"?");
  REQUIRE_THROWS_TEXT(small_cnn({{"width", "many"}}), InvalidArgument,
                      "small_cnn: width must be a whole number; got \"many\"");
  REQUIRE_THROWS_TEXT(small_cnn({{"side", "15"}}), InvalidArgument,
                      "small_cnn: side must be in [16, 512] and width in [1, 1024]; got 15 and "
                      "32");
  REQUIRE_THROWS_TEXT(small_cnn({})->forward(Variable(Tensor(Shape{1, 48, 40, 3})), {}),
                      InvalidArgument,
                      "small_cnn: images must be [B, 48, 48, 3]; got [1, 48, 40, 3]");
  Generator generator(1);
  REQUIRE_THROWS_TEXT(
      encoders::make_encoder({.name = "mobilenet_v2", .options = {{"width", "8"}}}, generator),
      InvalidArgument, "make_encoder: mobilenet_v2 has no option \"width\"");
}
