#include "cli/limn_program.h"

using namespace limn;
using namespace limn::test;

namespace {

const std::vector<std::string> kCommands{"demo",     "features", "train", "caption",
                                         "evaluate", "score",    "info"};

}  // namespace

TEST_CASE("every command has a complete help") {
  const TemporaryFolder folder;
  const Outcome all = run(folder, {"--help"});
  REQUIRE(all.status == 0);
  for (const std::string& command : kCommands) {
    INFO(command);
    CHECK(has(all.out, "\n  " + command + " "));
    const Outcome help = run(folder, {command, "--help"});
    CHECK(help.status == 0);
    CHECK(help.err.empty());
    CHECK(has(help.out, "Usage: limn " + command));
    CHECK(has(help.out, "--threads N=0"));
  }
}

TEST_CASE("the help of train lists every recipe key with its default") {
  const TemporaryFolder folder;
  const Outcome help = run(folder, {"train", "--help"});
  CHECK(has(help.out, "[model]"));
  CHECK(has(help.out, "model.hidden"));
  CHECK(has(help.out, "[512]"));
  CHECK(has(help.out, "train.learning_rate"));
}

TEST_CASE("the help of train has the options of the architecture that is named beside it") {
  const TemporaryFolder folder;
  folder.write("r.toml", "[model]\narchitecture = \"meshed_memory\"\nmemories = 7\n");
  const Outcome own = run(folder, {"train", "r.toml", "--help"});
  CHECK(own.status == 0);
  CHECK(has(own.out, "[model] are meshed_memory's"));
  CHECK(has(own.out, "model.memories"));
  CHECK_FALSE(has(own.out, "model.image_as"));
  const Outcome flag = run(folder, {"train", "--help", "--model.architecture", "gpt2_prefix"});
  CHECK(has(flag.out, "model.prefix"));
  CHECK(has(run(folder, {"train", "r.toml", "--model.architecture=updown", "--help"}).out,
            "[model] are updown's"));
  const Outcome none = run(folder, {"train", "--help"});
  CHECK(has(none.out, "[model] are nic's"));
  CHECK(has(none.out, "--model.architecture NAME --help"));
  const Outcome wrong = run(folder, {"train", "--model.architecture", "updwn", "--help"});
  CHECK(wrong.status == 2);
  CHECK(has(wrong.err, "model.architecture must be one of nic, "));
}

TEST_CASE("the version is printed") {
  const TemporaryFolder folder;
  const Outcome version = run(folder, {"--version"});
  REQUIRE(version.status == 0);
  REQUIRE(version.out.starts_with("limn 0."));
}

TEST_CASE("wrong usage ends with status 2 and says what is meant") {
  const TemporaryFolder folder;
  require_failure(run(folder, {}), 2,
                  "needs a command: demo, features, train, caption, evaluate, score, info; see "
                  "limn --help");
  require_failure(run(folder, {"trian"}), 2,
                  "there is no command \"trian\" (did you mean \"train\"?); see limn --help");
  require_failure(run(folder, {"caption", "a.jpg"}), 2,
                  "caption: --model is required; see limn caption --help");
  require_failure(
      run(folder, {"caption", "a.jpg", "--model", "m", "--bean", "3"}), 2,
      "caption: there is no flag --bean (did you mean --beam?); see limn caption --help");
  require_failure(run(folder, {"caption", "a.jpg", "--modle", "m"}), 2,
                  "caption: there is no flag --modle (did you mean --model?); see limn caption "
                  "--help");
  require_failure(run(folder, {"caption", "--zzzzzzzz=1"}), 2,
                  "caption: there is no flag --zzzzzzzz; see limn caption --help");
  require_failure(run(folder, {"caption", "a.jpg", "--model", "m", "--beam", "0"}), 2,
                  "caption: --beam: must be from 1 to 1000; got 0; see limn caption --help");
  require_failure(run(folder, {"caption", "a.jpg", "--model", "m", "--beam", "two"}), 2,
                  "caption: --beam: must be a whole number; got \"two\"; see limn caption --help");
  require_failure(run(folder, {"caption", "a.jpg", "--model", "m", "--temperature", "nan"}), 2,
                  "caption: --temperature: must be from 0.001 to 1000; got nan; see limn caption "
                  "--help");
  require_failure(run(folder, {"caption", "a.jpg", "--model", "m", "--format", "xml"}), 2,
                  "caption: --format: must be one of text, json, html, coco; got \"xml\" (did "
                  "you mean \"html\"?); see limn caption --help");
}

TEST_CASE("flags that contradict each other are wrong usage") {
  const TemporaryFolder folder;
  require_failure(run(folder, {"caption", "a.jpg", "--model", "m", "--n-best", "4"}), 2,
                  "--n-best 4 needs a --beam of at least as much; it is 3");
  require_failure(run(folder, {"caption", "a.jpg", "--model", "m", "--min-length", "21"}), 2,
                  "--min-length 21 is above --max-length 20");
  require_failure(run(folder, {"evaluate"}), 2,
                  "evaluate: give either --results with --references or --model");
  require_failure(run(folder, {"evaluate", "--results", "r.json"}), 2,
                  "evaluate: --results needs --references");
  require_failure(run(folder, {"evaluate", "--model", "m"}), 2,
                  "evaluate: --model needs --captions, and --images or --features");
  require_failure(run(folder, {"score", "--model", "m"}), 2,
                  "score: give --caption and PHOTO, or --captions and their photos");
}

TEST_CASE("no output is an input") {
  const TemporaryFolder folder;
  for (const char* name : {"a", "b", "c"}) folder.write(name, "kept");
  fs::create_directory(folder / "photos");
  folder.write("photos/x.jpg", "kept");
  fs::create_symlink("a", folder / "link");
  const auto refused = [&](const std::vector<std::string>& arguments, const std::string& line) {
    require_failure(run(folder, arguments), 2, line);
  };
  refused({"evaluate", "--references", "b", "--results", "a", "--html", "./a"},
          "--html ./a is what --results a reads; choose another file");
  refused(
      {"evaluate", "--model", "a", "--captions", "b", "--images", "photos", "--results-out", "b"},
      "--results-out b is what --captions b reads; choose another file");
  refused({"evaluate", "--model", "a", "--captions", "b", "--images", "photos", "--results-out",
           "new", "--html", "photos/../new"},
          "--results-out new and --html photos/../new are one file; choose another for one of "
          "them");
  refused({"caption", "photos", "--model", "a", "--out", "link"},
          "--out link is what --model a reads; choose another file");
  refused({"caption", "photos", "--model", "a", "--out", "photos/x.jpg"},
          "--out photos/x.jpg is a photo of PHOTO photos; choose another file");
  refused({"features", "--weights", "c", "--images", "photos", "--out", "c"},
          "--out c is what --weights c reads; choose another file");
  for (const char* name : {"a", "b", "c", "photos/x.jpg"})
    CHECK(read_file(folder / name) == "kept");
}

TEST_CASE("a training does not write over what it reads") {
  const TemporaryFolder folder;
  folder.write("model.safetensors", "kept");
  folder.write("recipe.toml",
               "[data]\ncaptions = \"a\"\n[encoder]\nweights = \"model.safetensors\"\n");
  require_failure(run(folder, {"train", "recipe.toml", "--train.out", "."}), 2,
                  "train.out ./model.safetensors is what encoder.weights model.safetensors reads; "
                  "choose another file");
}

TEST_CASE("files that are missing or of another kind are named") {
  const TemporaryFolder folder;
  require_failure(run(folder, {"info", "absent"}), 1, "absent: is no file that can be read");
  require_failure(run(folder, {"info", "."}), 1,
                  ".: is a folder; give a file of it, of a run model.safetensors");
  folder.write("a.jpg", "no picture");
  const Outcome outcome = run(folder, {"caption", "a.jpg", "--model", "absent.safetensors"});
  CHECK(outcome.status == 1);
  CHECK(outcome.err.starts_with("limn: absent.safetensors: "));
  CHECK(lines(outcome.err) == 1);
}

TEST_CASE("a result that cannot be written is a failure") {
  if (!std::filesystem::exists("/dev/full")) return;
  const TemporaryFolder folder;
  const Outcome outcome = run_shell(folder, "\"$LIMN\" --version >/dev/full");
  REQUIRE(outcome.status == 1);
  REQUIRE(has(outcome.err, "could not be written to the standard output"));
}
