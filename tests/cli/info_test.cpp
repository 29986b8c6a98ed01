#include "cli/short_demo.h"

using namespace limn;
using namespace limn::test;

TEST_CASE("info recognises every kind of file") {
  const auto info = [](const std::string& file) {
    return json_of(run(demo().folder, {"info", file, "--json"}));
  };
  const json model = info(demo().model);
  CHECK(model.at("kind") == "model");
  CHECK(model.at("architecture") == "nic");
  CHECK(model.at("encoder").at("name") == "small_cnn");
  CHECK(model.at("scores").contains("CIDEr-D"));
  const json checkpoint = info("runs/demo/checkpoint/last.safetensors");
  CHECK(checkpoint.at("kind") == "checkpoint");
  CHECK(checkpoint.at("next_batch") == 1);
  CHECK(checkpoint.at("reward_from") == 0);
  CHECK(info(demo().picture).at("kind") == "photo");
  CHECK(info("captions.tsv").at("photos") == 8);
  const Outcome text = run(demo().folder, {"info", demo().model});
  CHECK(has(text.out, "architecture"));
  CHECK(has(text.out, "options.hidden"));
}

TEST_CASE("info knows the recipe, the log and the report of a run") {
  const auto info = [](const std::string& file) {
    return json_of(run(demo().folder, {"info", "runs/demo/" + file, "--json"}));
  };
  const json recipe = info("recipe.toml");
  CHECK(recipe.at("kind") == "recipe");
  CHECK(recipe.at("architecture") == "nic");
  CHECK(recipe.at("encoder") == "small_cnn");
  CHECK(recipe.at("epochs") == 2);
  CHECK(recipe.at("use") == "limn train runs/demo/recipe.toml");
  const json log = info("log.jsonl");
  CHECK(log.at("kind") == "log");
  CHECK(log.at("epochs") == 2);
  CHECK(log.at("best_epoch").get<int>() >= 1);
  CHECK(log.at("dev") == info("model.safetensors").at("scores"));
  const json page = info("report.html");
  CHECK(page.at("kind") == "page");
  CHECK(page.at("title") == "limn: training of nic");
  CHECK(page.at("use") == "open it in a browser");
}

TEST_CASE("info names what is wrong with a recipe or a log") {
  const TemporaryFolder folder;
  folder.write("r.toml", "[data]\ncaptions = \"c.txt\"\nfolder = \"there\"\n");
  CHECK(json_of(run(folder, {"info", "r.toml", "--json"})).at("captions") == "there/c.txt");
  folder.write("r.toml", "[train]\nepoch = 3\n");
  require_failure(run(folder, {"info", "r.toml"}), 2,
                  "r.toml: \"train.epoch\" is not known; did you mean \"train.epochs\"?");
  folder.write("log.jsonl", "{\"epoch\": 1, \"step\": 100}\n{\"said\": 3}\n");
  const Outcome log = run(folder, {"info", "log.jsonl"});
  CHECK(log.status == 1);
  CHECK(has(log.err, "log.jsonl: "));
  CHECK(has(log.err, "line 2"));
  CHECK(has(log.err, "epoch"));
  folder.write("log.jsonl", "");
  CHECK(json_of(run(folder, {"info", "log.jsonl", "--json"})).at("epochs") == 0);
}

TEST_CASE("info takes captions of photos named like a picture format for captions") {
  const TemporaryFolder folder;
  for (const std::string name : {"P5120034.JPG", "BMW1.jpg"}) {
    folder.write("c.txt", name + "\ta red car\n");
    const Outcome outcome = run(folder, {"info", "c.txt"});
    CHECK(outcome.status == 0);
    CHECK(has(outcome.out, "captions"));
  }
}

TEST_CASE("info counts what caption and result files hold, and what it skipped") {
  const TemporaryFolder folder;
  folder.write("table.csv", "image,caption,split\na.jpg,one,train\na.jpg, ,train\nb.jpg,two,val\n");
  const json table = json_of(run(folder, {"info", "table.csv", "--json"}));
  CHECK(table.at("kind") == "captions");
  CHECK(table.at("format") == "CSV");
  CHECK(table.at("captions_per_photo") == json({{"min", 1}, {"mean", 1.0}, {"max", 1}}));
  CHECK(table.at("splits") == json({{"train", 1}, {"dev", 1}}));
  CHECK(table.at("skipped").at(0) ==
        json({{"what", "empty captions"}, {"count", 1}, {"first", "line 3"}}));
  CHECK(
      has(run(folder, {"info", "table.csv"}).out, "skipped empty captions: 1, the first: line 3"));
  folder.write("results.json",
               R"([{"image_id": 7, "caption": ""}, {"file": "a", "caption": "x"}])");
  const json results = json_of(run(folder, {"info", "results.json", "--json"}));
  CHECK(results.at("kind") == "results");
  CHECK(results.at("photos") == 2);
  CHECK(results.at("empty_captions") == 1);
}

TEST_CASE("bytes that are no UTF-8 are named, or replaced on demand") {
  const TemporaryFolder folder;
  folder.write("latin.txt", "a.jpg\tcaf\xE9\n");
  folder.write("results.json", R"([{"file": "a.jpg", "caption": "x"}])");
  require_failure(run(folder, {"info", "latin.txt"}), 1,
                  "latin.txt: line 1, byte 10 (0xE9) is no UTF-8 text; save it as UTF-8");
  const json lossy = json_of(run(folder, {"info", "latin.txt", "--lossy", "--json"}));
  CHECK(lossy.at("says").at(0) == "caf\uFFFD");
  const Outcome scored = run(folder, {"evaluate", "--references", "latin.txt", "--results",
                                      "results.json", "--lossy", "--json"});
  CHECK(scored.status == 0);
  CHECK(has(scored.err, "no UTF-8, now U+FFFD: 1"));
}
