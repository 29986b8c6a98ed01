#include <algorithm>
#include <functional>

#include "limn/core/error.h"
#include "limn/core/json_lines.h"
#include "limn/train/trainer.h"
#include "support/json_file.h"
#include "train/short_training.h"

using namespace limn;
using test::Interrupter;
using test::Outcome;
using test::small_job;
using train::Job;

namespace {

namespace fs = std::filesystem;

struct Listener : train::Observer {
  void on_note(const std::string& text) override { notes.push_back(text); }
  void on_warning(const std::string& text) override { warnings.push_back(text); }
  void on_step(const train::StepReport& report) override { steps.push_back(report); }
  std::vector<std::string> notes, warnings;
  std::vector<train::StepReport> steps;
};

Job reward_job(const fs::path& run, std::int64_t epochs, std::int64_t from) {
  Job job = small_job(run, epochs);
  job.recipe.schedule.name = "constant";
  job.recipe.reward.from_epoch = from;
  return job;
}

// Changes what a checkpoint says of itself.
void rewrite(const fs::path& checkpoint, const std::function<void(nlohmann::json&)>& change) {
  std::vector<std::pair<std::string, Tensor>> tensors;
  nlohmann::json description;
  {
    const SafetensorsFile file(checkpoint);
    description = nlohmann::json::parse(file.metadata().at("limn"));
    for (const auto& [name, tensor] : file.tensors()) tensors.emplace_back(name, tensor.clone());
  }
  change(description);
  write_safetensors(checkpoint, tensors, {{"limn", description.dump()}});
}

}  // namespace

TEST_CASE("reward training follows likelihood, from the best model, and says so") {
  const test::TemporaryFolder folder;
  Job job = reward_job(folder / "run", 3, 3);
  job.recipe.reward.learning_rate = 0;
  Listener listener;
  const auto result = train::train(job, listener);
  const std::int64_t best = std::max(result.epochs[0].best ? 1 : 0, result.epochs[1].best ? 2 : 0);
  REQUIRE(listener.notes.back() ==
          "reward training begins in epoch 3, from the model of epoch " + std::to_string(best));
  const auto& first = result.epochs[static_cast<std::size_t>(best) - 1].scores;
  REQUIRE(result.epochs[2].scores.at("BLEU-1") == Approx(first.at("BLEU-1")).margin(0.1));
  REQUIRE(result.epochs[2].learning_rate == 0);
  REQUIRE_FALSE(listener.steps[5].reward);
  REQUIRE(listener.steps[6].reward);
  const auto lines = read_json_lines(folder / "run" / "log.jsonl");
  REQUIRE(lines.at(1).find("\"phase\":\"likelihood\"") != std::string::npos);
  REQUIRE(lines.at(2).find("\"phase\":\"reward\"") != std::string::npos);
  REQUIRE(lines.at(2).find("\"reward\":") != std::string::npos);
  const std::string page = test::read_file(folder / "run" / "report.html");
  REQUIRE(page.find("Mean reward of what the model said in training") != std::string::npos);
  REQUIRE(page.find("from epoch 3") != std::string::npos);
}

TEST_CASE("a finished training goes on with reward as if it had been planned") {
  const test::TemporaryFolder folder;
  train::Observer nobody;
  Job planned = reward_job(folder / "planned", 4, 3);
  train::train(planned, nobody);
  Job first = reward_job(folder / "run", 2, 0);
  train::train(first, nobody);
  Job second = reward_job(folder / "run", 4, 3);
  REQUIRE(train::train(second, nobody, true).epochs.size() == 4);
  test::require_same(Outcome(folder / "run"), Outcome(folder / "planned"));
}

TEST_CASE("reward training begins with the best model of the checkpoint, not with a later one") {
  const test::TemporaryFolder folder;
  const fs::path checkpoint = folder / "run" / "checkpoint" / "last.safetensors";
  const auto train_into = [&](const char* run, std::int64_t epochs, std::int64_t from) {
    Job job = test::slow_job(folder / run, epochs);
    job.recipe.schedule.name = "constant";
    job.recipe.reward.from_epoch = from;
    train::Observer nobody;
    return train::train(job, nobody, true).best_epoch;
  };
  train_into("planned", 3, 2);
  REQUIRE(train_into("run", 1, 0) == 1);
  fs::copy_file(checkpoint, folder / "first");
  REQUIRE(train_into("run", 2, 0) == 2);
  fs::copy_file(folder / "first", checkpoint, fs::copy_options::overwrite_existing);
  train_into("run", 3, 2);
  test::require_same(Outcome(folder / "run"), Outcome(folder / "planned"));
}

TEST_CASE("an interrupted epoch is finished before reward training begins") {
  const test::TemporaryFolder folder;
  Interrupter interrupter(4);
  Job first = reward_job(folder / "run", 3, 0);
  REQUIRE(train::train(first, interrupter).stopped);
  Job second = reward_job(folder / "run", 3, 1);
  train::Observer nobody;
  const auto result = train::train(second, nobody, true);
  REQUIRE(result.epochs[1].phase == "likelihood");
  REQUIRE(result.epochs[2].phase == "reward");
}

TEST_CASE("where nothing gets better reward training begins early, and ends by patience too") {
  const test::TemporaryFolder folder;
  Job job = reward_job(folder / "run", 20, 15);
  job.recipe.train.learning_rate = job.recipe.reward.learning_rate = 0;
  job.recipe.encoder.train_from = 0;
  job.recipe.train.patience = 2;
  job.recipe.reward.samples = 2;
  train::Observer nobody;
  const auto result = train::train(job, nobody);
  REQUIRE(result.epochs.size() == 5);
  REQUIRE(result.epochs[2].phase == "likelihood");
  REQUIRE(result.epochs[3].phase == "reward");
}

TEST_CASE("reward training has its own batch, schedule and learning rate") {
  const test::TemporaryFolder folder;
  Job job = reward_job(folder / "run", 3, 2);
  job.recipe.reward.batch = 4;
  job.recipe.reward.schedule = "step";
  job.recipe.reward.learning_rate = 1e-4;
  job.recipe.schedule.every = 1;
  job.recipe.schedule.decay = 0.5;
  Listener listener;
  const auto result = train::train(job, listener);
  REQUIRE(listener.steps.front().steps == 3);
  REQUIRE(listener.steps.back().steps == 9);
  REQUIRE(result.epochs[0].learning_rate == 1e-3);
  REQUIRE(result.epochs[1].learning_rate == 1e-4);
  REQUIRE(result.epochs[2].learning_rate == 0.5e-4);
}

TEST_CASE("reward training that cannot begin is a warning") {
  const test::TemporaryFolder folder;
  Listener listener;
  Job job = reward_job(folder / "run", 1, 2);
  job.recipe.train.patience = 0;
  train::train(job, listener);
  REQUIRE(listener.warnings == std::vector<std::string>{"reward.from_epoch 2 is beyond "
                                                        "train.epochs 1: no reward training"});
}

TEST_CASE("a training in reward goes on with fewer epochs than there were, and ends") {
  const test::TemporaryFolder folder;
  train::Observer nobody;
  Job job = reward_job(folder / "run", 2, 2);
  job.recipe.reward.schedule = "cosine";
  train::train(job, nobody);
  Job fewer = reward_job(folder / "run", 1, 2);
  fewer.recipe.reward.schedule = "cosine";
  REQUIRE(train::train(fewer, nobody, true).epochs.size() == 2);
}

TEST_CASE("a checkpoint whose numbers are no training's is refused") {
  const test::TemporaryFolder folder;
  const fs::path checkpoint = folder / "run" / "checkpoint" / "last.safetensors";
  train::Observer nobody;
  Job job = reward_job(folder / "run", 1, 0);
  train::train(job, nobody);
  const auto with = [&](const std::string& key, std::int64_t value) {
    nlohmann::json before;
    rewrite(checkpoint, [&](nlohmann::json& description) {
      before = description["state"][key];
      description["state"][key] = value;
    });
    Job again = reward_job(folder / "run", 2, 0);
    REQUIRE_THROWS_PART(train::train(again, nobody, true), IoError, "state." + key + " must be in");
    rewrite(checkpoint, [&](nlohmann::json& description) { description["state"][key] = before; });
  };
  with("next_batch", 4);
  with("next_batch", -1);
  with("best_epoch", 2);
  with("epoch", 7);
}

TEST_CASE("what a resumption may change ends where reward training begins") {
  const test::TemporaryFolder folder;
  train::Observer nobody;
  Job job = reward_job(folder / "run", 2, 2);
  train::train(job, nobody);
  Job never = reward_job(folder / "run", 3, 0);
  REQUIRE_THROWS_PART(train::train(never, nobody, true), IoError,
                      "has begun reward training in epoch 2, with reward.from_epoch 2; here it is "
                      "0, which has no effect any more; go on with --reward.from_epoch 2");
  Job batch = reward_job(folder / "run", 3, 2);
  batch.recipe.reward.batch = 3;
  REQUIRE_THROWS_PART(train::train(batch, nobody, true), IoError,
                      "is of another training: reward.batch is 0 there, 3 here");
  Job mean = reward_job(folder / "run", 3, 2);
  mean.recipe.reward.average = 0.9;
  REQUIRE_THROWS_PART(train::train(mean, nobody, true), IoError,
                      "is of another training: reward.average is 0 there, 0.9 here");
  Job averaged = reward_job(folder / "run", 3, 2);
  averaged.recipe.train.average = 0.9;
  REQUIRE_THROWS_PART(train::train(averaged, nobody, true), IoError,
                      "is of another training: train.average is 0 there, 0.9 here");
  Job other = reward_job(folder / "run", 3, 2);
  other.recipe.reward.learning_rate = 1e-6;
  other.recipe.reward.baseline = "greedy";
  REQUIRE(train::train(other, nobody, true).epochs.size() == 3);
}

TEST_CASE("a checkpoint from before there were these keys goes on") {
  const test::TemporaryFolder folder;
  const fs::path checkpoint = folder / "run" / "checkpoint" / "last.safetensors";
  train::Observer nobody;
  Job job = reward_job(folder / "run", 1, 0);
  train::train(job, nobody);
  rewrite(checkpoint, [](nlohmann::json& description) {
    auto& recipe = description["recipe"];
    std::vector<std::string> later;
    for (const auto& [key, value] : recipe.items()) {
      if (key.starts_with("reward.") || key.starts_with("scheduled_sampling."))
        later.push_back(key);
    }
    REQUIRE(later.size() > 10);
    for (const std::string& key : later) recipe.erase(key);
    for (const char* key : {"train.average", "train.accumulate", "train.smoothing"})
      recipe.erase(key);
    for (const char* key : {"reward_from", "epoch_reward", "epoch_said"})
      description["state"].erase(key);
    for (auto& epoch : description["state"]["epochs"]) epoch.erase("phase");
  });
  Job second = reward_job(folder / "run", 2, 0);
  REQUIRE(train::train(second, nobody, true).epochs.size() == 2);
  Job averaged = reward_job(folder / "run", 2, 0);
  averaged.recipe.train.average = 0.9;
  REQUIRE_THROWS_PART(train::train(averaged, nobody, true), IoError,
                      "train.average is 0 there, 0.9 here");
}

TEST_CASE("a reward that is none is refused before training begins") {
  const test::TemporaryFolder folder;
  Job job = reward_job(folder / "run", 3, 3);
  job.train[1].words.clear();
  train::Observer nobody;
  REQUIRE_THROWS_PART(train::train(job, nobody), InvalidArgument,
                      "reward: every photo needs a caption to compare with; photo 1");
}
