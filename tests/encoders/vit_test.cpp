#include "encoders/vit.h"

#include "encoders/golden_features.h"
#include "encoders/naive_vit.h"
#include "limn/core/error.h"
#include "limn/ops/arithmetic.h"
#include "limn/ops/reduce.h"
#include "limn/ops/reshape.h"
#include "limn/optim/adam.h"
#include "support/channels.h"
#include "support/gradients.h"
#include "support/hashfill.h"
#include "support/tensors.h"
#include "support/threads.h"

using namespace limn;
using test::kShared;
using test::require_close;

namespace {

const encoders::VitConfig kSmallVit{"small_vit", 16, 8, 12, 3, 2, 20};
const encoders::VitConfig kTinyVit{"tiny_vit", 8, 4, 6, 2, 1, 5};

/// [B, 1 + P, D]: class token and patches.
Variable tokens(const nn::Features& features) {
  const Shape& shape = features.regions.shape();
  return ops::concatenate(
      {ops::reshape(features.global, Shape{shape[0], 1, shape[2]}), features.regions}, 1);
}

/// With random parameters in float64.
struct DoubleVit {
  Generator generator{1};
  encoders::Vit vit{kTinyVit, generator};

  DoubleVit() {
    for (auto [name, variable] : vit.parameters())
      variable.value() = test::random_tensor(variable.shape(), generator.below(1000));
  }
};

}  // namespace

TEST_CASE("vit_b_16 agrees with torchvision", "[data][slow]") {
  const auto path = kShared / "golden" / "encoders" / "vit_b_16.safetensors";
  if (!test::is_there(path)) return;
  Generator generator(1);
  const auto encoder = encoders::make_encoder({.name = "vit_b_16"}, generator);
  std::map<std::string, Tensor> state;
  for (const auto& [name, tensor] : encoder->state_dict()) {
    const bool token = name == "class_token" || name == "encoder.pos_embedding";
    state[name] = token ? test::hashfill(name, tensor.shape(), 0, 0.5)
                        : test::hashfill_parameter(name, tensor.shape());
  }
  state["heads.head.bias"] = Tensor(Shape{1});
  encoder->load_state_dict(state, encoder->ignored_weights());
  const Tensor images =
      test::channels_last(test::hashfill("golden/encoders/x224", Shape{2, 3, 224, 224}, 0, 1));
  const SafetensorsFile golden(path);
  const NoGradGuard guard;
  const nn::Features features = encoder->forward(Variable(images), {});
  require_close(features.global.value(), golden.tensor("pooled"), 1e-4);
  const Tensor all = tokens(features).value();
  Tensor slice(Shape{2, 64});
  const std::int64_t each = all.elements() / 2, step = each / 64;
  for (std::int64_t i = 0; i < slice.elements(); ++i)
    slice.data<float>()[i] = all.data<float>()[i / 64 * each + i % 64 * step];
  require_close(slice, golden.tensor("map_slice"), 1e-4);
  test::require_summary(all, golden.tensor("map_summary"), 1e-4);
}

TEST_CASE("a vision transformer is what its paper says") {
  const DoubleVit tiny;
  const Tensor images = test::random_tensor(Shape{2, 8, 8, 3}, 1);
  std::map<std::string, Tensor> weights;
  for (const auto& [name, tensor] : tiny.vit.state_dict()) weights[name] = tensor;
  require_close(tokens(tiny.vit.forward(Variable(images), {})).value(),
                test::naive_vit(kTinyVit, weights, images), 1e-12);
}

TEST_CASE("gradients of a vision transformer") {
  const test::ThreadCount one(1);
  const DoubleVit tiny;
  const Variable images(test::random_tensor(Shape{2, 8, 8, 3}, 1), true);
  const Variable cotangent(test::random_tensor(Shape{2, 5, 6}, 2));
  auto variables = tiny.vit.parameters();
  variables.emplace_back("images", images);
  test::require_gradients_of(
      variables,
      [&] {
        const nn::Features features = tiny.vit.forward(images, {.training = true});
        return ops::sum(ops::multiply(tokens(features), cotangent));
      },
      20);
}

TEST_CASE("a vision transformer sees each picture apart, and its patches in their places") {
  Generator generator(2);
  const encoders::Vit vit(kSmallVit, generator);
  Tensor images(Shape{2, 16, 16, 3});
  generator.fill_normal(images, 0, 1);
  const NoGradGuard guard;
  const nn::Features both = vit.forward(Variable(images), {});
  REQUIRE(both.regions.shape() == Shape{2, 4, 12});
  const nn::Features second = vit.forward(Variable(images.rows(1, 2).clone()), {});
  require_close(second.global.value(), both.global.value().rows(1, 2).clone(), 1e-6);
  // The lower half of the picture put above the upper one.
  Tensor turned(Shape{1, 16, 16, 3});
  const auto upper = images.rows(0, 1).span<float>();
  const std::size_t half = upper.size() / 2;
  std::copy(upper.begin() + static_cast<std::ptrdiff_t>(half), upper.end(), turned.data<float>());
  std::copy_n(upper.begin(), half, turned.data<float>() + half);
  const nn::Features moved = vit.forward(Variable(turned), {});
  const Tensor mine = moved.global.value(), theirs = both.global.value().rows(0, 1).clone();
  REQUIRE(std::abs(mine.data<float>()[0] - theirs.data<float>()[0]) > 1e-5F);
}

TEST_CASE("a vision transformer learns to tell pictures apart") {
  Generator generator(3);
  const encoders::Vit vit(kSmallVit, generator);
  Tensor images(Shape{4, 16, 16, 3});
  generator.fill_normal(images, 0, 1);
  Tensor wanted(Shape{4, 12});
  generator.fill_normal(wanted, 0, 1);
  optim::Adam adam({{vit.parameters(), 1}});
  adam.set_learning_rate(1e-2);
  const auto distance = [&] {
    const nn::Features features = vit.forward(Variable(images), {.training = true});
    Tensor error = features.global.value().clone();
    double sum = 0;
    for (std::int64_t i = 0; i < error.elements(); ++i) {
      error.data<float>()[i] -= wanted.data<float>()[i];
      sum += static_cast<double>(error.data<float>()[i]) * error.data<float>()[i];
    }
    adam.clear_grad();
    backward(features.global, error);
    return sum;
  };
  const double before = distance();
  for (int step = 0; step < 60; ++step) {
    adam.step();
    distance();
  }
  REQUIRE(distance() < 0.1 * before);
}

TEST_CASE("a vision transformer says which pictures it takes") {
  Generator generator(1);
  const encoders::Vit vit(kSmallVit, generator);
  REQUIRE_THROWS_TEXT(vit.forward(Variable(Tensor(Shape{1, 32, 32, 3})), {}), InvalidArgument,
                      "small_vit: images must be [B, 16, 16, 3]; got [1, 32, 32, 3]");
  REQUIRE(vit.takes_side(16));
  REQUIRE_FALSE(vit.takes_side(32));
}
