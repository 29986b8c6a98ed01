#include <cmath>

#include "cli/limn_program.h"
#include "limn/core/safetensors.h"

using namespace limn;
using namespace limn::test;

namespace {

namespace fs = std::filesystem;

// A short demo, made once for all cases.
struct ShortDemo {
  TemporaryFolder folder;
  Outcome outcome;
  json result;
  std::string model = "runs/demo/model.safetensors";
  std::string pictures = "runs/demo/pictures";
  std::string picture;  // one of them

  ShortDemo() {
    outcome =
        run(folder, {"demo", "--epochs", "2", "--pictures", "120", "--held-out", "20", "--json"});
    result = json_of(outcome);
    picture = result.at("picture");
    folder.write("captions.tsv", captions());
  }

  // A caption file of the pictures that were kept.
  std::string captions() const {
    std::string text;
    for (const auto& entry : fs::directory_iterator(folder / pictures))
      text += entry.path().filename().string() + "\ta red circle left of a blue square\n";
    return text;
  }
};

const ShortDemo& demo() {
  static const ShortDemo made;
  return made;
}

Outcome caption(std::vector<std::string> arguments) {
  std::vector<std::string> all{"caption", "--model", demo().model};
  all.insert(all.end(), arguments.begin(), arguments.end());
  return run(demo().folder, all);
}

// The first `bytes` of a picture of the demo.
std::string part_of_picture(std::size_t bytes) {
  return read_file(demo().folder / demo().picture).substr(0, bytes);
}

double sum_of_words(const json& words) {
  double sum = 0;
  for (const json& word : words) sum += word.at("log_probability").get<double>();
  return sum;
}

}  // namespace

TEST_CASE("the demo trains, scores what it never saw and leaves a run") {
  const json& result = demo().result;
  CHECK(result.at("pictures") == 20);
  CHECK(result.at("exact_match") >= 0.0);
  CHECK(result.at("exact_match") <= 1.0);
  CHECK(result.at("scores").contains("CIDEr-D"));
  CHECK(result.at("training").at("epochs").size() == 2);
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

TEST_CASE("caption prints the caption of one photo, and names before those of several") {
  const Outcome one = caption({demo().picture});
  REQUIRE(one.status == 0);
  CHECK(lines(one.out) == 1);
  CHECK(one.err.empty());
  const Outcome folder = caption({demo().pictures});
  CHECK(lines(folder.out) == 8);
  CHECK(has(folder.out, demo().picture + "\t" + one.out));
}

TEST_CASE("caption gives the n best with falling log-probabilities") {
  const Outcome best = caption({demo().picture, "--n-best", "3"});
  REQUIRE(best.status == 0);
  std::istringstream text(best.out);
  double last = 0;
  std::string rest;
  for (double value = 0; text >> value; last = value) {
    CHECK(value <= last);
    std::getline(text, rest);
  }
  CHECK(lines(best.out) == 3);
}

TEST_CASE("caption as JSON holds every word's log-probability") {
  const json photos = json_of(caption({demo().picture, "--format", "json"}));
  REQUIRE(photos.size() == 1);
  CHECK(photos[0].at("photo") == demo().picture);
  const json& first = photos[0].at("captions").at(0);
  CHECK(sum_of_words(first.at("words")) == Approx(first.at("log_probability").get<double>()));
}

TEST_CASE("caption as COCO results knows COCO's file names") {
  fs::copy_file(demo().folder / demo().picture, demo().folder / "COCO_val2014_000000000139.png",
                fs::copy_options::overwrite_existing);
  const json results =
      json_of(caption({demo().picture, "COCO_val2014_000000000139.png", "--format", "coco"}));
  REQUIRE(results.size() == 2);
  CHECK(results[0].at("file") == fs::path(demo().picture).filename().string());
  CHECK(results[1].at("image_id") == 139);
  CHECK(results[0].at("caption") == results[1].at("caption"));
}

TEST_CASE("caption as a page shows the photos") {
  const Outcome page =
      caption({demo().pictures, "--n-best", "2", "--format", "html", "--out", "page.html"});
  REQUIRE(page.status == 0);
  CHECK(page.out.empty());
  const std::string html = read_file(demo().folder / "page.html");
  CHECK(has(html, "data:image/jpeg;base64,"));
  CHECK(has(html, "Model, next"));
  CHECK(has(html, fs::path(demo().picture).filename().string()));
}

TEST_CASE("caption draws the same captions from the same seed") {
  const std::vector<std::string> drawn{demo().picture, "--sample", "--samples", "5", "--seed", "7"};
  const Outcome once = caption(drawn);
  REQUIRE(once.status == 0);
  CHECK(lines(once.out) == 5);
  CHECK(caption(drawn).out == once.out);
}

TEST_CASE("a flag of sampling samples") {
  const Outcome drawn = caption({demo().picture, "--samples", "3"});
  CHECK(drawn.status == 0);
  CHECK(std::count(drawn.out.begin(), drawn.out.end(), '\n') == 3);
  const Outcome both = caption({demo().picture, "--sample", "--n-best", "3"});
  CHECK(both.status == 2);
  CHECK(has(both.err, "--samples draws several"));
}

TEST_CASE("a photo that cannot be read is a failure, among several it is skipped") {
  const TemporaryFolder& folder = demo().folder;
  folder.write("empty.png", "");
  folder.write("text.jpg", "this is no picture");
  folder.write("cut.png", part_of_picture(120));
  for (const std::string bad : {"empty.png", "text.jpg", "cut.png", "absent.jpg"}) {
    const Outcome one = caption({bad});
    INFO(one.err);
    CHECK(one.status == 1);
    CHECK(one.out.empty());
    CHECK(one.err.starts_with("limn: " + bad + ": "));
    CHECK(lines(one.err) == 1);
  }
  const Outcome several = caption({"empty.png", demo().picture, "cut.png", "text.jpg"});
  CHECK(several.status == 0);
  CHECK(lines(several.out) == 1);
  CHECK(has(several.err, "limn: skipped: empty.png: "));
  CHECK(has(several.err, "3 photos were skipped"));
  const Outcome none = caption({"empty.png", "text.jpg"});
  CHECK(none.status == 1);
  CHECK(none.out.empty());
  CHECK(has(none.err, "limn: none of the photos could be read"));
}

TEST_CASE("output that cannot be written is a failure") {
  const Outcome outcome = caption({demo().picture, "--out", "absent/captions.txt"});
  CHECK(outcome.status == 1);
  CHECK(outcome.err.starts_with("limn: absent/captions.txt: cannot write here"));
}

TEST_CASE("score finds the log-probability that the search found") {
  const json best = json_of(caption({demo().picture, "--format", "json"}))[0].at("captions").at(0);
  const json scored = json_of(run(demo().folder, {"score", "--model", demo().model, "--caption",
                                                  best.at("caption"), demo().picture, "--json"}));
  const double log_probability = scored.at("log_probability");
  CHECK(log_probability == Approx(best.at("log_probability").get<double>()).epsilon(1e-4));
  CHECK(sum_of_words(scored.at("words")) == Approx(log_probability));
  const auto words = static_cast<double>(scored.at("words").size());
  CHECK(scored.at("perplexity").get<double>() == Approx(std::exp(-log_probability / words)));
  const Outcome text = run(
      demo().folder, {"score", "--model", demo().model, "--caption", "a zebra", demo().picture});
  CHECK(has(text.out, "zebra (unknown word)"));
  CHECK(!has(text.out, "</s> (unknown word)"));
  CHECK(has(text.out, "log P(S | I)"));
}

TEST_CASE("score of a set is the perplexity that evaluate finds") {
  const std::vector<std::string> set{"--model",  demo().model,    "--captions", "captions.tsv",
                                     "--images", demo().pictures, "--json"};
  std::vector<std::string> score{"score"}, evaluate{"evaluate"};
  score.insert(score.end(), set.begin(), set.end());
  evaluate.insert(evaluate.end(), set.begin(), set.end());
  const json scored = json_of(run(demo().folder, score));
  CHECK(scored.at("photos") == 8);
  CHECK(scored.at("captions") == 8);
  const json evaluated = json_of(run(demo().folder, evaluate));
  CHECK(evaluated.at("scores").at("perplexity").get<double>() ==
        Approx(scored.at("perplexity").get<double>()));
}

TEST_CASE("evaluate of a model and of the captions it wrote agree") {
  const json model = json_of(
      run(demo().folder, {"evaluate", "--model", demo().model, "--captions", "captions.tsv",
                          "--images", demo().pictures, "--results-out", "r.json", "--json"}));
  const json results = json_of(run(demo().folder, {"evaluate", "--references", "captions.tsv",
                                                   "--results", "r.json", "--json"}));
  CHECK(model.at("photos") == 8);
  CHECK(results.at("photos") == 8);
  CHECK(results.at("distinct") == model.at("distinct"));
  for (const auto& [name, value] : results.at("scores").items()) {
    INFO(name);
    CHECK(model.at("scores").at(name).get<double>() == Approx(value.get<double>()));
  }
}

TEST_CASE("evaluate splits captions as the COCO evaluation does, or as it is told") {
  const auto bleu = [](const std::vector<std::string>& more) {
    demo().folder.write("said.tsv", "a.jpg\tThe dog's ball.\n");
    demo().folder.write("dogs.json", R"([{"file": "a.jpg", "caption": "the dogs ball"}])");
    std::vector<std::string> arguments{"evaluate",  "--references", "said.tsv",
                                       "--results", "dogs.json",    "--json"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return json_of(run(demo().folder, arguments)).at("scores").at("BLEU-1").get<double>();
  };
  // the dogs ball against the dog 's ball: 2 of 3 words, brevity exp(1 - 4/3)
  CHECK(bleu({}) == Approx(2.0 / 3 * std::exp(-1.0 / 3)));
  CHECK(bleu({"--tokenizer", "ptb"}) == bleu({}));
  CHECK(bleu({"--tokenizer", "simple"}) == Approx(1));
}

TEST_CASE("results of photos without references are named") {
  demo().folder.write("stray.json", R"([{"file": "stray.jpg", "caption": "a dog"}])");
  require_failure(
      run(demo().folder, {"evaluate", "--references", "captions.tsv", "--results", "stray.json"}),
      1,
      "stray.json: 1 of 1 results are of photos without references: stray.jpg; are the "
      "references the right file?");
}

TEST_CASE("a split that there is not is refused with those that there are") {
  require_failure(
      run(demo().folder, {"evaluate", "--model", demo().model, "--captions", "captions.tsv",
                          "--images", demo().pictures, "--split", "test"}),
      1, "captions.tsv: has no photo in \"test\"; there are no split (8)");
}

TEST_CASE("info recognises every kind of file") {
  const auto info = [](const std::string& file) {
    return json_of(run(demo().folder, {"info", file, "--json"}));
  };
  const json model = info(demo().model);
  CHECK(model.at("kind") == "model");
  CHECK(model.at("architecture") == "nic");
  CHECK(model.at("encoder").at("name") == "small_cnn");
  CHECK(model.at("scores").contains("CIDEr-D"));
  CHECK(info("runs/demo/checkpoint/last.safetensors").at("kind") == "checkpoint");
  CHECK(info(demo().picture).at("kind") == "photo");
  CHECK(info("captions.tsv").at("photos") == 8);
  const Outcome text = run(demo().folder, {"info", demo().model});
  CHECK(has(text.out, "architecture"));
  CHECK(has(text.out, "options.hidden"));
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

TEST_CASE("a damaged model is refused by name") {
  const std::string bytes = read_file(demo().folder / demo().model);
  demo().folder.write("cut.safetensors", bytes.substr(0, bytes.size() / 2));
  const Outcome outcome =
      run(demo().folder, {"caption", demo().picture, "--model", "cut.safetensors"});
  CHECK(outcome.status == 1);
  CHECK(outcome.err.starts_with("limn: cut.safetensors: "));
  CHECK(lines(outcome.err) == 1);
}

namespace {

// Features of the demo's pictures by its own encoder, and a recipe that trains on them.
struct FeatureRun {
  TemporaryFolder folder;
  json features;

  FeatureRun() {
    fs::copy(demo().folder / demo().pictures, folder / "my pictures");
    folder.write("my pictures/bad.png", "no picture");
    folder.write("captions.tsv", demo().captions());
    write_safetensors(folder / "w.safetensors", encoder_weights());
    features =
        json_of(run(folder, {"features", "--encoder", "small_cnn", "--weights", "w.safetensors",
                             "--images", "my pictures", "--out", "f.safetensors", "--json"}));
    folder.write("recipe.toml",
                 "# a comment\n[data]  # another\ncaptions = 'captions.tsv'\n"
                 "features = \"f.safetensors\"\nimages = \"my pictures\"\ndev_share = 0.25\n"
                 "[text]\nmin_count = 1\n[model]\nhidden = 16\nembedding = 16\n"
                 "[train]\nout = \"run\"\nepochs = 2\nbatch = 4\n");
  }

  static std::vector<std::pair<std::string, Tensor>> encoder_weights() {
    const SafetensorsFile model(demo().folder / demo().model);
    std::vector<std::pair<std::string, Tensor>> weights;
    for (const std::string& name : model.names()) {
      if (name.starts_with("encoder.")) weights.emplace_back(name.substr(8), model.tensor(name));
    }
    return weights;
  }
};

}  // namespace

TEST_CASE("features are made, trained on, resumed, evaluated") {
  const FeatureRun made;
  CHECK(made.features.at("photos") == 8);
  REQUIRE(made.features.at("skipped").size() == 1);
  CHECK(made.features.at("skipped")[0].get<std::string>().starts_with("my pictures/bad.png: "));
  CHECK(json_of(run(made.folder, {"info", "f.safetensors", "--json"})).at("kind") == "features");

  const json first = json_of(run(made.folder, {"train", "recipe.toml", "--json"}));
  CHECK(first.at("epochs").size() == 2);
  CHECK(has(read_file(made.folder / "run/recipe.toml"), "images = \"my pictures\""));

  const Outcome again = run(made.folder, {"train", "recipe.toml"});
  CHECK(again.status == 1);
  CHECK(has(again.err, "--resume"));

  const json more = json_of(
      run(made.folder, {"train", "recipe.toml", "--resume", "--train.epochs", "3", "--json"}));
  REQUIRE(more.at("epochs").size() == 3);
  CHECK(more.at("epochs")[0] == first.at("epochs")[0]);

  const json scores =
      json_of(run(made.folder, {"evaluate", "--model", "run/model.safetensors", "--captions",
                                "captions.tsv", "--features", "f.safetensors", "--json"}));
  CHECK(scores.at("photos") == 8);
  const Outcome said =
      run(made.folder, {"caption", "--model", "run/model.safetensors", "my pictures"});
  CHECK(said.status == 0);
  CHECK(lines(said.out) == 8);
}

TEST_CASE("features of a folder without photos are refused, and nothing is written") {
  const TemporaryFolder folder;
  fs::create_directory(folder / "none");
  write_safetensors(folder / "w.safetensors", FeatureRun::encoder_weights());
  require_failure(run(folder, {"features", "--encoder", "small_cnn", "--weights", "w.safetensors",
                               "--images", "none", "--out", "f.safetensors"}),
                  1, "none: holds no photo: no file that ends in .jpg, .png or the like");
  CHECK(!fs::exists(folder / "f.safetensors"));
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
