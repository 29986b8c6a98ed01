#include <map>
#include <vector>

#include "encoders/golden_features.h"
#include "limn/encoders/encoder.h"
#include "limn/ops/cross_entropy.h"
#include "limn/ops/linear.h"
#include "limn/optim/sgd.h"
#include "support/channels.h"
#include "support/hashfill.h"

using namespace limn;
using test::kGolden;
using test::kShared;
using test::require_close;

namespace {

/// Scales of normalisations ("…ending") that the reference values change, so that deep sums stay
/// small.
struct ResNetFill {
  std::string ending;
  double centre = 1;
  double scale = 0.1;
};

Tensor resnet_value(const std::string& name, const Shape& shape, const ResNetFill& fill) {
  if (!fill.ending.empty() && name.starts_with("layer") && name.ends_with(fill.ending))
    return test::hashfill(name, shape, fill.centre, fill.scale);
  return test::hashfill_parameter(name, shape);
}

std::unique_ptr<encoders::Encoder> filled_resnet(const std::string& name, const ResNetFill& fill) {
  Generator generator(1);
  auto encoder = encoders::make_encoder({.name = name}, generator);
  std::map<std::string, Tensor> state;
  for (const auto& [parameter, tensor] : encoder->state_dict())
    state[parameter] = resnet_value(parameter, tensor.shape(), fill);
  state["fc.bias"] = Tensor(Shape{1});
  encoder->load_state_dict(state, encoder->ignored_weights());
  return encoder;
}

void require_torchvision_features(const std::string& name, const ResNetFill& fill,
                                  const std::filesystem::path& golden) {
  INFO(name);
  const auto encoder = filled_resnet(name, fill);
  const Tensor images =
      test::channels_last(test::hashfill("golden/encoders/x224", Shape{2, 3, 224, 224}, 0, 1));
  const SafetensorsFile file(golden / (name + ".safetensors"));
  const NoGradGuard guard;
  test::require_features(encoder->forward(Variable(images), {}), file, 1e-4);
  encoder->set_trainable(false);
  test::require_features(encoder->forward(Variable(images), {}), file, 1e-4);
}

/// A network with its classifier, as the reference values of training have it.
struct ResNetTraining {
  std::unique_ptr<encoders::Encoder> encoder;
  Variable weight, bias;

  ResNetTraining(const std::string& name, const ResNetFill& fill)
      : encoder(filled_resnet(name, fill)),
        weight(resnet_value("fc.weight", Shape{1000, encoder->feature_size()}, fill), true),
        bias(resnet_value("fc.bias", Shape{1000}, fill), true) {}

  std::vector<optim::NamedVariable> parameters() const {
    std::vector<optim::NamedVariable> all = encoder->parameters();
    all.emplace_back("fc.weight", weight);
    all.emplace_back("fc.bias", bias);
    return all;
  }

  Variable loss(const Variable& images, const std::vector<std::int32_t>& targets) const {
    const nn::Features features = encoder->forward(images, {.training = true});
    return ops::cross_entropy(ops::linear(features.global, weight, bias), targets);
  }
};

Tensor one(double value) { return Tensor::full(Shape{1}, value, DType::float64); }

void require_torchvision_step(const std::string& name, const ResNetFill& fill,
                              const std::filesystem::path& path) {
  const SafetensorsFile golden(path / (name + "_train.safetensors"));
  ResNetTraining training(name, fill);
  const Variable images(test::channels_last(
      test::hashfill("golden/encoders/" + name + "/train/x", Shape{8, 3, 64, 96}, 0, 1)));
  const std::vector<std::int32_t> targets = test::golden_ids(golden, "target");
  const auto step = [&] {
    const Variable loss = training.loss(images, targets);
    backward(loss);
    return one(loss.value().to(DType::float64).data<double>()[0]);
  };
  require_close(step(), golden.tensor("loss.f64"), 1e-4);
  std::size_t compared = 0;
  for (const auto& [parameter, variable] : training.parameters()) {
    const std::string slice = "gradient_slice/" + parameter + ".f64";
    if (!golden.contains(slice)) continue;
    INFO(slice);
    const Tensor gradient = variable.grad().to(DType::float64);
    Tensor sampled(Shape{64}, DType::float64);
    for (std::int64_t i = 0; i < 64; ++i)
      sampled.data<double>()[i] = gradient.data<double>()[i * (gradient.elements() / 64)];
    require_close(sampled, golden.tensor(slice), 2e-3);
    ++compared;
  }
  REQUIRE(compared == 4);
  for (const auto& [buffer, statistics] : training.encoder->buffers()) {
    INFO(buffer);
    require_close(statistics, golden.tensor("after/" + buffer), 1e-4);
  }
  optim::Sgd sgd({{training.parameters(), 1}}, {});
  sgd.set_learning_rate(0.01);
  sgd.step();
  require_close(step(), golden.tensor("loss_after.f64"), 1e-4);
}

}  // namespace

TEST_CASE("resnets agree with torchvision, folded and operation by operation") {
  require_torchvision_features("resnet18", {}, kGolden / "encoders");
  require_torchvision_features("resnet50", {}, kGolden / "encoders");
}

TEST_CASE("deep resnets agree with torchvision", "[data][slow]") {
  const auto folder = kShared / "golden" / "encoders";
  if (!test::is_there(folder)) return;
  require_torchvision_features("resnet34", {}, folder);
  require_torchvision_features("resnet101", {"bn3.weight", 0.5, 0.1}, folder);
  require_torchvision_features("resnet152", {"bn3.weight", 0.5, 0.1}, folder);
}

TEST_CASE("a step of training a resnet is torchvision's") {
  require_torchvision_step("resnet18", {"bn2.weight", 0.1, 0.05}, kGolden / "encoders");
}

TEST_CASE("a step of training bottlenecks is torchvision's", "[data]") {
  const auto folder = kShared / "golden" / "encoders";
  if (!test::is_there(folder)) return;
  require_torchvision_step("resnet50", {"bn3.weight", 0.1, 0.05}, folder);
}
