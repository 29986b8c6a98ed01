// What training must do with every architecture there is.
#include "limn/core/safetensors_writer.h"
#include "limn/train/trainer.h"
#include "support/small_options.h"
#include "support/tensors.h"
#include "train/short_training.h"

using namespace limn;

namespace {

constexpr std::int64_t kPhotos = 12;

/// Photos with features of two to four regions, and captions of their first number.
void write_region_data(const test::TemporaryFolder& folder) {
  const Tensor regions = test::random_tensor(Shape{kPhotos, 4, 6}, 1, DType::float32);
  const Tensor global = test::random_tensor(Shape{kPhotos, 6}, 2, DType::float32);
  Tensor mask = Tensor::full(Shape{kPhotos, 4}, 1, DType::uint8);
  std::string names = "[", captions;
  for (std::int64_t i = 0; i < kPhotos; ++i) {
    const std::string name = "p" + std::to_string(i) + ".jpg";
    const bool positive = global.data<float>()[i * 6] > 0;
    names += (i == 0 ? "\"" : ", \"") + name + "\"";
    captions += name + "\ta " + (positive ? "red" : "blue") + " thing\n";
    captions += name + "\t" + (positive ? "something red" : "the blue one here") + "\n";
    if (i % 3 == 0) mask.data<std::uint8_t>()[4 * i + 3] = 0;
  }
  write_safetensors(folder / "f.safetensors",
                    {{"global", global.to(DType::float16)},
                     {"regions", regions.to(DType::float16)},
                     {"mask", mask}},
                    {{"names", names + "]"}});
  folder.write("captions.txt", captions);
}

/// Likelihood in the first epoch, reward in the second; three batches each.
train::Recipe short_recipe(const test::TemporaryFolder& folder, const std::string& architecture,
                           std::map<std::string, std::string> options) {
  train::Recipe recipe;
  recipe.data.captions = (folder / "captions.txt").string();
  recipe.data.features = (folder / "f.safetensors").string();
  recipe.data.dev_share = 0.25;
  recipe.text.min_count = 1;
  recipe.model.architecture = architecture;
  recipe.model.options = std::move(options);
  recipe.train.epochs = 2;
  recipe.train.batch = 3;
  recipe.train.learning_rate = 1e-3;
  recipe.scheduled_sampling = {1, 1, 0.2, 0.3};
  recipe.reward.from_epoch = 2;
  recipe.reward.samples = 2;
  return recipe;
}

void require_goes_on(const std::string& architecture, std::map<std::string, std::string> options) {
  const test::TemporaryFolder folder;
  write_region_data(folder);
  train::Recipe recipe = short_recipe(folder, architecture, std::move(options));
  const auto run = [&](const std::string& out, train::Observer& observer, bool resume) {
    recipe.train.out = (folder / out).string();
    train::Job job = train::prepare(recipe);
    return train::train(job, observer, resume);
  };
  train::Observer nobody;
  const auto whole = run("whole", nobody, false);
  REQUIRE(whole.epochs.size() == 2);
  REQUIRE(whole.epochs[1].phase == "reward");
  for (const int steps : {2, 4}) {
    INFO("stopped after " << steps << " steps");
    const std::string out = "stopped" + std::to_string(steps);
    test::Interrupter interrupter(steps);
    REQUIRE(run(out, interrupter, false).stopped);
    run(out, nobody, true);
    test::require_same(test::Outcome(folder / out), test::Outcome(folder / "whole"));
  }
}

}  // namespace

TEST_CASE("every architecture trains, with likelihood and reward, and goes on bit for bit") {
  for (const models::Architecture& architecture : models::architectures()) {
    INFO(architecture.name);
    require_goes_on(architecture.name, test::small_options(architecture.name));
  }
}

TEST_CASE("hard attention goes on with its baseline") {
  auto options = test::small_options("show_attend_tell");
  options["attention"] = "hard";
  require_goes_on("show_attend_tell", options);
}
