#include <functional>

#include "limn/core/error.h"
#include "limn/train/trainer.h"
#include "train/short_training.h"

using namespace limn;
using test::Interrupter;
using test::Outcome;
using test::small_job;

namespace {

/// The short training with another recipe.
struct Variation {
  std::int64_t epochs;
  std::function<void(train::Recipe&)> change;
};

train::TrainingResult train_with(const Variation& variation, const std::filesystem::path& run,
                                 train::Observer& observer, bool resume = false) {
  train::Job job = small_job(run, variation.epochs);
  variation.change(job.recipe);
  return train::train(job, observer, resume);
}

/// What a training that was never stopped says, and what those left that were, when they stopped.
struct Resumptions {
  train::TrainingResult whole;
  std::vector<Outcome> stopped;
};

/// Stops after each of `steps` and goes on; the end is that of a run that was never stopped.
Resumptions require_resumes_bit_for_bit(const Variation& variation, const std::vector<int>& steps) {
  const test::TemporaryFolder folder;
  train::Observer nobody;
  Resumptions result{train_with(variation, folder / "whole", nobody), {}};
  const auto& epochs = result.whole.epochs;
  for (const int step : steps) {
    INFO("stopped after " << step << " steps");
    const auto run = folder / ("stopped" + std::to_string(step));
    Interrupter interrupter(step);
    REQUIRE(train_with(variation, run, interrupter).stopped);
    result.stopped.emplace_back(run);
    const train::TrainingResult rest = train_with(variation, run, nobody, true);
    REQUIRE(rest.epochs.size() == epochs.size());
    for (std::size_t i = 0; i < epochs.size(); ++i)
      REQUIRE(rest.epochs[i].learning_rate == epochs[i].learning_rate);
    test::require_same(Outcome(run), Outcome(folder / "whole"));
  }
  return result;
}

// Weights of the encoder in a run's checkpoint.
std::map<std::string, std::vector<float>> encoder_weights(const Outcome& outcome) {
  std::map<std::string, std::vector<float>> weights = outcome.weights;
  std::erase_if(weights, [](const auto& entry) { return !entry.first.starts_with("encoder."); });
  return weights;
}

}  // namespace

TEST_CASE("a resumption knows what the plateau schedule has seen") {
  const Variation plateau{4, [](train::Recipe& recipe) {
                            recipe.train.learning_rate = 1e-6;  // no caption changes,
                            recipe.encoder.train_from = 0;      // so no score gets better
                            recipe.schedule = {.name = "plateau", .decay = 0.5, .patience = 1};
                          }};
  // In epoch 3 one epoch has been waited for, in epoch 4 the rate is halved.
  const auto [whole, stopped] = require_resumes_bit_for_bit(plateau, {7, 10});
  REQUIRE(whole.epochs[2].learning_rate == 1e-6);
  REQUIRE(whole.epochs[3].learning_rate == 0.5e-6);
}

TEST_CASE("a resumption knows what the plateau schedule of reward training has seen") {
  const Variation plateau{4, [](train::Recipe& recipe) {
                            recipe.encoder.train_from = 0;
                            recipe.reward = {.from_epoch = 2,
                                             .learning_rate = 1e-9,  // no caption changes
                                             .schedule = "plateau",
                                             .decay = 0.25,
                                             .plateau_patience = 0,
                                             .samples = 2};
                          }};
  // In epoch 3 the score of epoch 2 has been seen, in epoch 4 one that is no better.
  const auto [whole, stopped] = require_resumes_bit_for_bit(plateau, {7, 10});
  REQUIRE(whole.epochs[2].learning_rate == 1e-9);
  REQUIRE(whole.epochs[3].learning_rate == 0.25e-9);
}

TEST_CASE("a resumption knows in which epoch decays begin") {
  const Variation late{4, [](train::Recipe& recipe) {
                         recipe.train.learning_rate = 1e-3;
                         recipe.schedule = {
                             .name = "step", .decay = 0.5, .every = 1, .from_epoch = 2};
                       }};
  const auto [whole, stopped] = require_resumes_bit_for_bit(late, {5, 7});
  const double rates[] = {1e-3, 1e-3, 0.5e-3, 0.25e-3};
  for (std::size_t i = 0; i < 4; ++i) REQUIRE(whole.epochs[i].learning_rate == rates[i]);
}

TEST_CASE("a resumption may change how the learning rate of rewards decays") {
  const test::TemporaryFolder folder;
  train::Observer nobody;
  const auto steps = [](double decay) {
    return [=](train::Recipe& recipe) {
      recipe.reward = {
          .from_epoch = 1, .schedule = "step", .decay = decay, .every = 1, .samples = 2};
    };
  };
  train_with({1, steps(0.5)}, folder / "run", nobody);
  const auto epochs = train_with({2, steps(0.25)}, folder / "run", nobody, true).epochs;
  REQUIRE(epochs[1].learning_rate == 0.25 * epochs[0].learning_rate);
}

TEST_CASE("a resumption may change neither when decays begin nor how long captions are") {
  const test::TemporaryFolder folder;
  train::Observer nobody;
  train_with({1, [](train::Recipe&) {}}, folder / "run", nobody);
  const Variation later{2, [](train::Recipe& recipe) { recipe.schedule.from_epoch = 2; }};
  REQUIRE_THROWS_PART(train_with(later, folder / "run", nobody, true), IoError,
                      "is of another training: schedule.from_epoch is 1 there, 2 here");
  const Variation shorter{2, [](train::Recipe& recipe) { recipe.search.max_length = 3; }};
  REQUIRE_THROWS_PART(train_with(shorter, folder / "run", nobody, true), IoError,
                      "is of another training: search.max_length is 0 there, 3 here");
}

TEST_CASE("a resumption has the momentum of SGD with Nesterov's step") {
  const Variation sgd{2, [](train::Recipe& recipe) {
                        recipe.optimizer = {.name = "sgd", .momentum = 0.9, .nesterov = true};
                        recipe.train.learning_rate = 0.01;
                      }};
  const auto [whole, stopped] = require_resumes_bit_for_bit(sgd, {2, 4});
  std::size_t momenta = 0;
  for (const auto& [name, values] : stopped[0].weights)
    momenta += name.ends_with(".momentum_buffer") ? 1U : 0U;
  REQUIRE(momenta > 0);
}

TEST_CASE("a resumption trains the encoder from the epoch that the recipe says") {
  const Variation later{2, [](train::Recipe& recipe) { recipe.encoder.train_from = 2; }};
  const auto [whole, stopped] = require_resumes_bit_for_bit(later, {1, 3, 4});
  const auto start = encoder_weights(stopped[0]);
  REQUIRE_FALSE(start.empty());
  REQUIRE(encoder_weights(stopped[1]) == start);
  REQUIRE(encoder_weights(stopped[2]) != start);
}

TEST_CASE("a resumption knows where reward training stands, and what it compares with") {
  for (const std::string baseline : {"others", "greedy"}) {
    const Variation reward{2, [&](train::Recipe& recipe) {
                             recipe.reward = {.from_epoch = 2, .baseline = baseline, .samples = 3};
                             recipe.reward.bleu4 = 0.5;
                             recipe.reward.share = baseline == "greedy" ? 0.5 : 1;
                             recipe.reward.dropout = baseline == "others";
                           }};
    // Where it is about to begin, and in it.
    const std::vector<int> stops = baseline == "others" ? std::vector{3, 5} : std::vector{4};
    const auto [whole, stopped] = require_resumes_bit_for_bit(reward, stops);
    REQUIRE(whole.epochs[0].phase == "likelihood");
    REQUIRE_FALSE(whole.epochs[0].reward);
    REQUIRE(whole.epochs[1].phase == "reward");
    REQUIRE(whole.epochs[1].reward.value() > 0);
  }
}

TEST_CASE("a resumption has the average that reward training alone has") {
  const Variation average{3, [](train::Recipe& recipe) {
                            recipe.reward = {.from_epoch = 2, .average = 0.9, .samples = 2};
                          }};
  const auto [whole, stopped] = require_resumes_bit_for_bit(average, {2, 5});
  const auto has_average = [](const Outcome& outcome) {
    return std::ranges::any_of(
        outcome.weights, [](const auto& entry) { return entry.first.starts_with("average."); });
  };
  REQUIRE_FALSE(has_average(stopped[0]));
  REQUIRE(has_average(stopped[1]));
}

TEST_CASE("a resumption has the average, and batches that are added up") {
  const Variation average{3, [](train::Recipe& recipe) {
                            recipe.train.batch = 8;
                            recipe.train.accumulate = 2;
                            recipe.train.average = 0.9;
                            recipe.train.label_smoothing = 0.1;
                            recipe.train.smoothing = "others";
                            recipe.scheduled_sampling = {1, 1, 0.2, 0.3};
                            recipe.reward.from_epoch = 3;
                          }};
  const auto [whole, stopped] = require_resumes_bit_for_bit(average, {1, 8});
  std::size_t averages = 0;
  for (const auto& [name, values] : stopped[0].weights) averages += name.starts_with("average.");
  REQUIRE(averages > 0);
}
