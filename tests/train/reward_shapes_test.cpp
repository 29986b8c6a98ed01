#include "limn/train/demo.h"
#include "support/catch.h"
#include "support/temporary_folder.h"

using namespace limn;

namespace {

// Of greedy captions of pictures that training does not show, half of their combinations neither.
double exact(train::Demo& demo) {
  const decode::SearchOptions greedy{.beam = 1};
  const auto of = [&](train::FeatureSource& source, const std::vector<train::Photo>& photos) {
    return train::exact_match(train::evaluate(demo.job.model, source, photos, greedy), photos);
  };
  return (of(*demo.job.dev_features, demo.job.dev) + of(*demo.test_features, demo.test)) / 2;
}

}  // namespace

TEST_CASE("self-critical training describes more shapes exactly", "[slow]") {
  const test::TemporaryFolder folder;
  train::Observer nobody;
  train::DemoOptions options;
  options.shapes.train = 2500;
  options.shapes.test = 300;
  options.shapes.colours = 4;
  options.shapes.shapes = 3;
  options.epochs = 3;
  options.out = (folder / "run").string();
  train::Demo demo = train::make_demo(options);
  demo.job.recipe.schedule.name = "constant";
  train::train(demo.job, nobody);
  const double before = exact(demo);
  demo.job.recipe.train.epochs = 7;
  demo.job.recipe.reward.from_epoch = 4;
  demo.job.recipe.reward.learning_rate = 3e-4;
  const train::TrainingResult result = train::train(demo.job, nobody, true);
  const double after = exact(demo);
  INFO("exact match " << before << " before, " << after << " after");
  REQUIRE(result.epochs[6].reward.value() > result.epochs[3].reward.value() + 0.3);
  REQUIRE(after > before + 0.04);
}
