#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>

#include "flops.h"
#include "limn/core/error.h"
#include "limn/core/threads.h"
#include "limn/data/batch.h"
#include "limn/data/image_loader.h"
#include "limn/encoders/encoder.h"
#include "limn/nn/linear.h"
#include "limn/ops/cross_entropy.h"
#include "limn/optim/sgd.h"
#include "limn/vision/image.h"
#include "limn/vision/transform.h"
#include "measure.h"

namespace limn::bench {
namespace {

namespace fs = std::filesystem;

// Features of 224x224 pictures in inference.
Workload encoder_forward(const std::string& name, const std::string& encoder_name,
                         std::int64_t batch, double flops) {
  Generator generator(0);
  const std::shared_ptr<encoders::Encoder> encoder =
      encoders::make_encoder({.name = encoder_name}, generator);
  encoder->set_trainable(false);
  Tensor pictures(Shape{batch, 224, 224, 3});
  generator.fill_normal(pictures, 0, 1);
  const auto step = [encoder, pictures] {
    const NoGradGuard guard;
    encoder->forward(Variable(pictures), {});
  };
  return {name, "images/s", static_cast<double>(batch), step, flops};
}

std::vector<std::vector<std::uint8_t>> photo_files(std::size_t count) {
  std::vector<fs::path> paths;
  const fs::path folder = LIMN_BENCH_SHARED "/coco/mini/val2017";
  for (const auto& file : fs::directory_iterator(folder)) paths.push_back(file.path());
  std::sort(paths.begin(), paths.end());
  paths.resize(std::min(paths.size(), count));
  std::vector<std::vector<std::uint8_t>> files;
  for (const fs::path& path : paths) {
    std::ifstream file(path, std::ios::binary);
    files.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  return files;
}

// One step of training a ResNet-50 with a classifier of 1,000 classes: SGD with momentum.
struct ResNetStep {
  static constexpr std::int64_t kPictures = 16, kClasses = 1000;

  ResNetStep() {
    encoder->set_trainable(true);
    generator.fill_normal(pictures, 0, 1);
    for (std::int64_t i = 0; i < kPictures; ++i)
      targets.push_back(static_cast<std::int32_t>(i * 61));
    std::vector<optim::NamedVariable> parameters = encoder->parameters();
    for (const auto& [name, variable] : classifier.parameters())
      parameters.emplace_back("fc." + name, variable);
    sgd =
        std::make_unique<optim::Sgd>(std::vector<optim::ParameterGroup>{{std::move(parameters), 1}},
                                     optim::SgdOptions{.momentum = 0.9});
    sgd->set_learning_rate(0.01);
  }

  void operator()() {
    sgd->clear_grad();
    const nn::Features features = encoder->forward(Variable(pictures), {.training = true});
    backward(ops::cross_entropy(classifier.forward(features.global), targets));
    sgd->step();
  }

  Generator generator{0};
  std::unique_ptr<encoders::Encoder> encoder =
      encoders::make_encoder({.name = "resnet50"}, generator);
  nn::Linear classifier{{.inputs = encoder->feature_size(), .outputs = kClasses}, generator};
  Tensor pictures{Shape{kPictures, 224, 224, 3}};
  std::vector<std::int32_t> targets;
  std::unique_ptr<optim::Sgd> sgd;
};

Workload resnet50_train() {
  const auto step = std::make_shared<ResNetStep>();
  return {"resnet50_train_b16", "images/s", ResNetStep::kPictures, [step] { (*step)(); },
          kTraining * kResNet50};
}

// JPEG decoding, resizing to 256, cutting out 224 and normalising, 16 photos at a time, as a
// training that reads photos does: on thread_count() background threads.
Workload decode_resize() {
  const auto files = std::make_shared<std::vector<std::vector<std::uint8_t>>>(photo_files(64));
  const auto step = [files] {
    const vision::Preprocessing how;
    const auto load = [&](std::int64_t item) {
      const auto& file = (*files)[static_cast<std::size_t>(item)];
      return vision::resize_and_crop(vision::decode_image(file, "photo"), how);
    };
    data::ImageLoader loader(data::ordered_batches(std::ssize(*files), 16), load, thread_count());
    while (!loader.done()) {
      const data::LoadedImages batch = loader.next();
      if (!batch.failures.empty()) throw Error(batch.failures.front().error);
      vision::normalize(batch.pictures, how);
    }
  };
  return {"decode_resize", "images/s", static_cast<double>(files->size()), step};
}

}  // namespace

std::vector<NamedWorkload> photo_workloads() {
  std::vector<NamedWorkload> all;
  struct Network {
    std::string prefix, encoder;
    double flops;
  };
  for (const std::int64_t batch : {1, 16}) {
    for (const Network& network : {Network{"mobilenet", "mobilenet_v2", kMobileNetV2},
                                   {"efficientnet_lite0", "efficientnet_lite0", kEfficientNetLite0},
                                   {"resnet50", "resnet50", kResNet50}}) {
      const std::string name = network.prefix + "_forward_b" + std::to_string(batch);
      all.push_back(
          {name, [=] { return encoder_forward(name, network.encoder, batch, network.flops); }});
    }
  }
  all.push_back({"resnet50_train_b16", resnet50_train});
  if (fs::is_directory(LIMN_BENCH_SHARED "/coco/mini/val2017"))
    all.push_back({"decode_resize", decode_resize});
  return all;
}

}  // namespace limn::bench
