#include "train/updater.h"

#include <algorithm>
#include <cmath>

#include "limn/core/safetensors.h"
#include "train/short_training.h"

using namespace limn;
using test::Outcome;
using test::small_job;

namespace {

/// An epoch on features that stay, without dropout.
Outcome outcome_of(const std::filesystem::path& run,
                   const std::function<void(train::Recipe&)>& change) {
  train::Job job = small_job(run, 1, 0);
  job.recipe.encoder.train_from = 0;
  change(job.recipe);
  train::Observer nobody;
  train::train(job, nobody);
  return Outcome(run);
}

}  // namespace

TEST_CASE("batches that are added up train as one batch of all of them would") {
  const test::TemporaryFolder folder;
  const auto with = [&](std::int64_t batch, std::int64_t accumulate) {
    return outcome_of(folder / std::to_string(batch), [&](train::Recipe& recipe) {
      recipe.optimizer.name = "sgd";
      recipe.train.learning_rate = 0.5;
      recipe.train.batch = batch;
      recipe.train.accumulate = accumulate;
      recipe.train.clip_norm = 0.05;
    });
  };
  // 36 photos.
  const Outcome one = with(12, 1), many = with(5, 3), other = with(15, 1);
  const auto distance = [](const Outcome& a, const Outcome& b) {
    double largest = 0;
    for (const auto& [name, values] : a.weights) {
      for (std::size_t i = 0; name.starts_with("captioner.") && i < values.size(); ++i)
        largest =
            std::max(largest, std::abs(static_cast<double>(values[i]) - b.weights.at(name)[i]));
    }
    return largest;
  };
  REQUIRE(distance(many, other) < 1e-6);
  REQUIRE(distance(one, other) > 1e-4);
}

TEST_CASE("the averaged weights are evaluated and saved, the last ones go on") {
  const test::TemporaryFolder folder;
  const Outcome with =
      outcome_of(folder / "average", [](train::Recipe& recipe) { recipe.train.average = 0.5; });
  const Outcome without = outcome_of(folder / "plain", [](train::Recipe&) {});
  const SafetensorsFile saved(folder / "average" / "model.safetensors");
  std::size_t different = 0;
  for (const auto& [name, values] : without.weights) {
    if (!name.starts_with("captioner.")) continue;
    INFO(name);
    REQUIRE(with.weights.at(name) == values);
    const Tensor tensor = saved.tensor(name);
    const std::vector<float> model(tensor.span<float>().begin(), tensor.span<float>().end());
    REQUIRE(model == with.weights.at("average." + name));
    different += model != values;
  }
  REQUIRE(different > 0);
}
