#include "limn/train/trainer.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <limits>
#include <map>

#include "core/json.h"
#include "limn/core/error.h"
#include "limn/core/json_lines.h"
#include "limn/core/safetensors.h"
#include "support/catch.h"
#include "support/temporary_folder.h"
#include "train/short_training.h"

using namespace limn;
using test::Interrupter;
using test::Outcome;
using test::require_same;
using test::small_job;
using train::Job;
using train::Observer;

namespace {

namespace fs = std::filesystem;

const Outcome& uninterrupted() {
  static const Outcome outcome = [] {
    const test::TemporaryFolder folder;
    Job job = small_job(folder / "run");
    Observer nobody;
    train::train(job, nobody);
    return Outcome(folder / "run");
  }();
  return outcome;
}

}  // namespace

TEST_CASE("training ends with a model, a checkpoint, a log, a recipe and a report") {
  const test::TemporaryFolder folder;
  Job job = small_job(folder / "run", 2);
  Observer nobody;
  const train::TrainingResult result = train::train(job, nobody);
  REQUIRE(result.epochs.size() == 2);
  REQUIRE(result.epochs[1].loss < result.epochs[0].loss);
  REQUIRE(result.best_epoch >= 1);
  REQUIRE_FALSE(result.stopped);
  for (const std::string file : {"model.safetensors", "log.jsonl", "recipe.toml", "report.html"})
    REQUIRE(fs::file_size(folder / "run" / file) > 0);
  REQUIRE(read_json_lines(folder / "run" / "log.jsonl").size() == 2);
  const auto model = models::PhotoCaptioner::load(result.model);
  REQUIRE(model.scores == result.epochs[static_cast<std::size_t>(result.best_epoch) - 1].scores);
}

TEST_CASE("a training in bfloat16 learns as one in float32, and says what it multiplies in") {
  struct Notes : Observer {
    void on_note(const std::string& note) override { all.push_back(note); }
    std::vector<std::string> all;
  };
  const test::TemporaryFolder folder;
  std::map<std::string, std::vector<double>> losses;
  for (const std::string precision : {"float32", "emulated_bfloat16"}) {
    Job job = small_job(folder / precision, 4, 0);
    job.recipe.train.precision = precision;
    Notes notes;
    for (const auto& epoch : train::train(job, notes).epochs)
      losses[precision].push_back(epoch.loss);
    const bool said = std::any_of(notes.all.begin(), notes.all.end(), [](const std::string& note) {
      return note.starts_with("products are in emulated_bfloat16");
    });
    REQUIRE(said == (precision != "float32"));
  }
  REQUIRE(losses["emulated_bfloat16"] != losses["float32"]);
  for (std::size_t i = 0; i < 4; ++i)
    REQUIRE(losses["emulated_bfloat16"][i] == Approx(losses["float32"][i]).epsilon(0.01));
}

TEST_CASE("a training that was stopped goes on bit for bit") {
  for (const int steps : {1, 3, 5}) {
    INFO("stopped after " << steps << " steps");
    const test::TemporaryFolder folder;
    Job first = small_job(folder / "run");
    Interrupter interrupter(steps);
    REQUIRE(train::train(first, interrupter).stopped);
    Job second = small_job(folder / "run");
    Observer nobody;
    REQUIRE_FALSE(train::train(second, nobody, true).stopped);
    require_same(Outcome(folder / "run"), uninterrupted());
    REQUIRE(read_json_lines(folder / "run" / "log.jsonl").size() == 3);
  }
}

TEST_CASE("a training that died between checkpoints goes on bit for bit") {
  for (const int steps : {1, 5, 6}) {
    INFO("died in step " << steps);
    const test::TemporaryFolder folder;
    Job first = small_job(folder / "run");
    Interrupter interrupter(steps, true);
    REQUIRE_THROWS_AS(train::train(first, interrupter), std::runtime_error);
    Job second = small_job(folder / "run");
    Observer nobody;
    train::train(second, nobody, true);
    require_same(Outcome(folder / "run"), uninterrupted());
  }
}

// Run by the case below in a process of its own.
TEST_CASE("a training to be killed", "[.child]") {
  const char* folder = std::getenv("LIMN_TEST_RUN");
  if (folder == nullptr) return;  // run with all the others: nothing to do here
  Job job = small_job(folder);
  Observer nobody;
  train::train(job, nobody, true);
}

namespace {

/// Runs the case above and kills it after `milliseconds`. Returns whether it ended before that.
bool run_and_kill(const fs::path& folder, int milliseconds) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::setenv("LIMN_TEST_RUN", folder.c_str(), 1);
    const int null = ::open("/dev/null", O_WRONLY);
    ::dup2(null, STDOUT_FILENO);
    ::execl("/proc/self/exe", "test_train", "a training to be killed", nullptr);
    ::_exit(127);
  }
  const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(milliseconds);
  int status = 0;
  while (::waitpid(child, &status, WNOHANG) == 0) {
    if (std::chrono::steady_clock::now() >= end) ::kill(child, SIGKILL);
    ::usleep(1000);
  }
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace

TEST_CASE("killed again and again at any moment, a training ends with the same bits") {
  const test::TemporaryFolder folder;
  Generator generator(8);
  int kills = 0, patience = 100;
  while (!run_and_kill(folder / "run", patience + static_cast<int>(generator.below(150)))) {
    ++kills;
    patience += 20;  // some machines need longer to get anywhere
    REQUIRE(kills < 200);
  }
  INFO("killed " << kills << " times");
  REQUIRE(kills > 0);
  REQUIRE(std::distance(fs::directory_iterator(folder / "run" / "checkpoint"), {}) == 1);
  require_same(Outcome(folder / "run"), uninterrupted());
}

TEST_CASE("a best model that was not written before the end is written by the resumption") {
  const test::TemporaryFolder folder;
  const fs::path model = folder / "run" / "model.safetensors";
  const auto train_until = [&](std::int64_t epochs) {
    Job job = test::slow_job(folder / "run", epochs);
    job.recipe.train.average = 0.9;
    Observer nobody;
    return train::train(job, nobody, true).best_epoch;
  };
  REQUIRE(train_until(1) == 1);
  fs::copy_file(model, folder / "first");
  REQUIRE(train_until(2) == 2);
  const Outcome whole(folder / "run");
  fs::copy_file(folder / "first", model, fs::copy_options::overwrite_existing);
  REQUIRE(train_until(2) == 2);
  require_same(Outcome(folder / "run"), whole);
}

namespace {

/// A training that was stopped in its second epoch; the first one stays the best.
struct Stopped {
  Stopped() {
    Job job = again();
    Interrupter interrupter(4);
    REQUIRE(train::train(job, interrupter).stopped);
  }
  /// To go on in the same folder.
  Job again() const {
    Job job = small_job(folder / "run", 2);
    job.recipe.train.learning_rate = 0;
    job.recipe.encoder.train_from = 0;
    return job;
  }

  test::TemporaryFolder folder;
  fs::path model = folder / "run" / "model.safetensors";
};

}  // namespace

TEST_CASE("a best model of another checkpoint is not taken") {
  const Stopped run;
  auto model = models::PhotoCaptioner::load(run.model);
  model.scores = {{"CIDEr-D", 9}};
  model.save(run.model);
  Job again = run.again();
  Observer nobody;
  REQUIRE_THROWS_PART(train::train(again, nobody, true), IoError,
                      run.model.string() +
                          ": is not the model of epoch 1, the best of this training: "
                          "it has CIDEr-D 9 and no perplexity, that had CIDEr-D ");
}

namespace {

/// A training of one epoch that is over.
struct Finished {
  Finished() {
    Job job = again();
    train::train(job, nobody);
  }
  /// To be trained once more in the same folder.
  Job again() const { return small_job(folder / "run", 1); }

  test::TemporaryFolder folder;
  fs::path checkpoint = folder / "run" / "checkpoint" / "last.safetensors";
  Observer nobody;
};

}  // namespace

TEST_CASE("a folder with a checkpoint is not overwritten by mistake") {
  Finished run;
  Job again = run.again();
  REQUIRE_THROWS_PART(train::train(again, run.nobody), InvalidArgument,
                      "holds a checkpoint already; --resume goes on from it");
}

TEST_CASE("a model without a checkpoint is not overwritten by mistake") {
  Finished run;
  fs::remove(run.checkpoint);
  for (const bool resume : {false, true}) {
    Job again = run.again();
    REQUIRE_THROWS_PART(train::train(again, run.nobody, resume), InvalidArgument,
                        "model.safetensors is there already, and no checkpoint to go on from");
  }
}

TEST_CASE("a best model that is gone is missed before anything is trained") {
  const Stopped run;
  fs::remove(run.model);
  Job again = run.again();
  Interrupter untouched(4);
  REQUIRE_THROWS_PART(train::train(again, untouched, true), IoError, "model.safetensors");
  REQUIRE(untouched.steps_left == 4);
}

TEST_CASE("a checkpoint of another recipe, other words or another version is refused") {
  Finished run;
  const fs::path& checkpoint = run.checkpoint;
  Job other = run.again();
  other.recipe.train.seed = 77;
  REQUIRE_THROWS_PART(train::train(other, run.nobody, true), IoError,
                      "is of another training: train.seed is 1 there, 77 here");
  const SafetensorsFile file(checkpoint);
  const auto tensors = file.tensors();
  const std::vector<std::pair<std::string, Tensor>> list(tensors.begin(), tensors.end());
  Job same = run.again();
  write_safetensors(checkpoint, list, {{"limn", R"({"kind":"checkpoint","version":7})"}});
  REQUIRE_THROWS_PART(train::train(same, run.nobody, true), IoError,
                      "is a checkpoint of version 7");
  write_safetensors(checkpoint, list, {});
  REQUIRE_THROWS_PART(train::train(same, run.nobody, true), IoError, "is no checkpoint of limn");
  write_safetensors(checkpoint, list, {{"limn", R"({"kind":"checkpoint","version":1})"}});
  REQUIRE_THROWS_PART(train::train(same, run.nobody, true), IoError,
                      "its description is damaged: recipe is missing");
}

TEST_CASE("a checkpoint that was cut short is refused") {
  Finished run;
  const fs::path& checkpoint = run.checkpoint;
  Job same = run.again();
  const std::string whole = test::read_file(checkpoint);
  for (std::size_t kept = whole.size() - 1; kept > 0; kept = kept * 2 / 3) {
    std::ofstream(checkpoint, std::ios::binary) << whole.substr(0, kept);
    REQUIRE_THROWS_AS(train::train(same, run.nobody, true), IoError);
  }
}

TEST_CASE("values of another kind in a checkpoint are named with file and key") {
  Finished run;
  const fs::path& checkpoint = run.checkpoint;
  Job same = run.again();
  const SafetensorsFile file(checkpoint);
  const auto tensors = file.tensors();
  const std::vector<std::pair<std::string, Tensor>> list(tensors.begin(), tensors.end());
  const json whole = json::parse(file.metadata().at("limn"));
  const auto refused = [&](const char* pointer, const json& value, const std::string& text) {
    INFO(pointer << " = " << value.dump());
    json edited = whole;
    edited[json::json_pointer(pointer)] = value;
    write_safetensors(checkpoint, list, {{"limn", edited.dump()}});
    REQUIRE_THROWS_TEXT(train::train(same, run.nobody, true), IoError,
                        checkpoint.string() + ": its description is damaged: " + text);
  };
  refused("/kind", 3, "kind must be text; it is 3");
  refused("/version", "1", "version must be a whole number; it is \"1\"");
  refused("/recipe", 3, "recipe must be an object; it is 3");
  refused("/train", 3, "train must be a list; it is 3");
  refused("/dev/0", 3, "dev[0] must be a list of over 0; it is 3");
  refused("/state/best_score", "high", "state.best_score must be a number; it is \"high\"");
  refused("/state/generator", {1}, "state.generator must be a list of over 1; it is [1]");
  json dev = whole["state"]["epochs"][0]["dev"];
  dev.erase("perplexity");
  refused("/state/epochs/0/dev", dev, "state.epochs[0].dev.perplexity is missing");
  refused("/state/epochs/0/loss", "0.5", "state.epochs[0].loss must be a number; it is \"0.5\"");
}

/// Spoils the model after the first step of the second epoch.
struct Poisoner : Observer {
  Poisoner(Job& job, bool in_last_step = false) : sick(job), last(in_last_step) {}
  void on_step(const train::StepReport& report) override {
    if (report.epoch != 2 || report.step != (last ? report.steps : 1)) return;
    for (const auto& [name, variable] : sick.model.captioner().parameters()) {
      Variable shared = variable;
      shared.value().fill(std::numeric_limits<double>::quiet_NaN());
    }
  }
  Job& sick;
  bool last;
};

TEST_CASE("a loss that is not finite stops with the step, and the last good checkpoint goes on") {
  const test::TemporaryFolder folder;
  Job sick = small_job(folder / "run");
  Poisoner poisoner(sick);
  REQUIRE_THROWS_PART(train::train(sick, poisoner), NumericalError,
                      "train: the loss is nan in step 2 of epoch 2; the last good checkpoint is " +
                          (folder / "run" / "checkpoint" / "last.safetensors").string());
  Job healthy = small_job(folder / "run");
  Observer nobody;
  train::train(healthy, nobody, true);
  require_same(Outcome(folder / "run"), uninterrupted());
}

TEST_CASE("a loss that is not finite in the first step has no checkpoint to name") {
  const test::TemporaryFolder folder;
  Job sick = small_job(folder / "run");
  for (const auto& [name, variable] : sick.model.encoder().parameters()) {
    Variable shared = variable;
    shared.value().fill(std::numeric_limits<double>::quiet_NaN());
  }
  Observer nobody;
  REQUIRE_THROWS_PART(train::train(sick, nobody), NumericalError,
                      "train: the loss is nan in step 1 of epoch 1; there is no checkpoint yet");
}

TEST_CASE("weights that are not finite after an epoch say what helps") {
  const test::TemporaryFolder folder;
  Job sick = small_job(folder / "run");
  Poisoner poisoner(sick, true);
  REQUIRE_THROWS_PART(train::train(sick, poisoner), NumericalError,
                      "do the weights or the features hold NaN or infinity?; the last good "
                      "checkpoint is " +
                          (folder / "run" / "checkpoint" / "last.safetensors").string() +
                          "; a lower learning rate");
}

TEST_CASE("a gradient that is not finite changes nothing, also where nothing is clipped") {
  const test::TemporaryFolder folder;
  Job job = small_job(folder / "run");
  job.recipe.train.clip_norm = 0;
  job.recipe.train.clip_value = 0;
  job.recipe.train.learning_rate = 1e30;
  Observer nobody;
  REQUIRE_THROWS_AS(train::train(job, nobody), NumericalError);
}

TEST_CASE("a resumption with other photos or captions is refused") {
  const test::TemporaryFolder folder;
  Job job = small_job(folder / "run");
  Interrupter interrupter(3);
  train::train(job, interrupter);
  const auto count = job.train.size();
  Observer nobody;
  Job fewer = small_job(folder / "run");
  fewer.train.pop_back();
  REQUIRE_THROWS_PART(
      train::train(fewer, nobody, true), IoError,
      fmt::format("other training photos or captions: {} there, {} here", count, count - 1));
  Job other = small_job(folder / "run");
  other.dev[1].captions[0] += " again";
  REQUIRE_THROWS_PART(train::train(other, nobody, true), IoError,
                      "and the 2. differs: " + other.dev[1].name + " there");
  Job slower = small_job(folder / "run");
  slower.recipe.train.learning_rate = 1e-5;
  REQUIRE_NOTHROW(train::train(slower, nobody, true));
}

TEST_CASE("a full disk while saving leaves the checkpoint before it") {
  const test::TemporaryFolder folder;
  const fs::path checkpoint = folder / "run" / "checkpoint" / "last.safetensors";
  Job job = small_job(folder / "run");
  Interrupter interrupter(4);
  train::train(job, interrupter);
  const std::string before = test::read_file(checkpoint);

  struct FullDisk {
    FullDisk() {
      ::signal(SIGXFSZ, SIG_IGN);
      ::getrlimit(RLIMIT_FSIZE, &old);
      const rlimit small{100000, old.rlim_max};
      ::setrlimit(RLIMIT_FSIZE, &small);
    }
    ~FullDisk() { ::setrlimit(RLIMIT_FSIZE, &old); }
    rlimit old{};
  };
  Job again = small_job(folder / "run");
  Observer nobody;
  {
    const FullDisk full;
    REQUIRE_THROWS_PART(train::train(again, nobody, true), IoError,
                        "safetensors: cannot write this file");
  }
  REQUIRE(test::read_file(checkpoint) == before);
  Job third = small_job(folder / "run");
  train::train(third, nobody, true);
  require_same(Outcome(folder / "run"), uninterrupted());
}

TEST_CASE("a run folder that cannot be made is named") {
  Job job = small_job("/dev/null/run", 1);
  Observer nobody;
  REQUIRE_THROWS_PART(train::train(job, nobody), IoError, "/dev/null/run: cannot be made");
}

TEST_CASE("a warm-up longer than the training is named in the recipe's words") {
  const test::TemporaryFolder folder;
  Job job = small_job(folder / "run", 2);
  job.recipe.schedule.name = "cosine";
  job.recipe.schedule.warmup = 1000;
  Observer nobody;
  REQUIRE_THROWS_PART(train::train(job, nobody), InvalidArgument,
                      "schedule.warmup must be less than the 6 steps of this training; got 1000");
}

TEST_CASE("of epochs that score the same the one of the lowest perplexity is the best") {
  const test::TemporaryFolder folder;
  Job job = test::slow_job(folder / "run", 3);
  job.recipe.train.patience = 1;
  Observer nobody;
  const train::TrainingResult result = train::train(job, nobody);
  REQUIRE(result.epochs.size() == 3);
  for (const train::EpochReport& epoch : result.epochs) {
    REQUIRE(epoch.scores.at("CIDEr-D") == result.epochs[0].scores.at("CIDEr-D"));
    REQUIRE(epoch.best);
  }
  REQUIRE(result.epochs[2].scores.at("perplexity") < result.epochs[1].scores.at("perplexity"));
  REQUIRE(result.best_epoch == 3);
}

TEST_CASE("training ends early when nothing gets better") {
  const test::TemporaryFolder folder;
  Job job = small_job(folder / "run", 9);
  job.recipe.train.learning_rate = 0;
  job.recipe.encoder.train_from = 0;  // nor do its running statistics move
  job.recipe.train.patience = 2;
  Observer nobody;
  REQUIRE(train::train(job, nobody).epochs.size() == 3);
}
