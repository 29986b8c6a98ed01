#include <sstream>

#include "cli/short_demo.h"

using namespace limn;
using namespace limn::test;

TEST_CASE("the demo trains, scores what it never saw and leaves a run") {
  const json& result = demo().result;
  CHECK(result.at("pictures") == 20);
  const double words =
      json_of(run(demo().folder, {"info", demo().model, "--json"})).at("vocabulary");
  CHECK(result.at("scores").at("perplexity") < 0.8 * words);
  CHECK(result.at("scores").at("CIDEr-D") > 0.05);
  CHECK(result.at("exact_match") < 1.0);
  const json& epochs = result.at("training").at("epochs");
  REQUIRE(epochs.size() == 2);
  CHECK(epochs[1].at("loss").get<double>() < epochs[0].at("loss").get<double>() - 0.1);
  CHECK(has(demo().outcome.err, "epoch 2/2"));
  for (const char* file : {"model.safetensors", "report.html", "log.jsonl", "recipe.toml"})
    CHECK(fs::exists(demo().folder / "runs/demo" / file));
}

TEST_CASE("the demo replaces an earlier one and what it says to try next works") {
  const TemporaryFolder folder;
  const std::vector<std::string> arguments{"demo", "--epochs",   "1", "--pictures",
                                           "60",   "--held-out", "10"};
  REQUIRE(run(folder, arguments).status == 0);
  folder.write("runs/demo/mine.txt", "stays");
  const Outcome again = run(folder, arguments);
  REQUIRE(again.status == 0);
  CHECK(fs::exists(folder / "runs/demo/mine.txt"));
  CHECK(has(again.out, "exact match"));
  CHECK(has(again.out, "runs/demo/report.html"));
  const auto next = again.out.find("Try next:\n");
  REQUIRE(next != std::string::npos);
  std::istringstream commands(again.out.substr(next + 10));
  int tried = 0;
  for (std::string command; std::getline(commands, command); ++tried) {
    REQUIRE(command.starts_with("  limn "));
    const Outcome outcome = run_shell(folder, "\"$LIMN\"" + command.substr(6));
    INFO(command << "\n" << outcome.err);
    CHECK(outcome.status == 0);
  }
  REQUIRE(tried >= 3);
}

TEST_CASE("the demo keeps its hands off what no demo made") {
  const TemporaryFolder folder;
  fs::create_directories(folder / "mine");
  folder.write("mine/model.safetensors", "a training of weeks");
  const Outcome refused = run(folder, {"demo", "--out", "mine"});
  CHECK(refused.status == 2);
  CHECK(has(refused.err, "mine holds a model.safetensors that no demo wrote"));
  CHECK(read_file(folder / "mine/model.safetensors") == "a training of weeks");
}

TEST_CASE("an interrupt ends a training at a checkpoint") {
  const TemporaryFolder folder;
  const Outcome outcome = run_shell(folder,
                                    "timeout --foreground --preserve-status -s INT 2 \"$LIMN\" "
                                    "demo --epochs 100000 --pictures 100");
  CHECK(outcome.status == 130);
  CHECK(has(outcome.err, "stopping at a checkpoint"));
  CHECK(fs::exists(folder / "runs/demo/checkpoint/last.safetensors"));
}
