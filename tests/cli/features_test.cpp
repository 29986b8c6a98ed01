#include "cli/short_demo.h"
#include "limn/core/safetensors.h"
#include "limn/models/photo_captioner.h"

using namespace limn;
using namespace limn::test;

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

TEST_CASE("models that are evaluated together read one feature file or each its own") {
  const FeatureRun made;
  json_of(run(made.folder, {"train", "recipe.toml", "--train.epochs", "1", "--json"}));
  fs::copy_file(made.folder / "f.safetensors", made.folder / "g.safetensors");
  const auto evaluate = [&](const std::string& inputs) {
    return run_shell(made.folder, "$LIMN evaluate --captions captions.tsv --json " + inputs);
  };
  const std::string model = " --model run/model.safetensors", f = " --features f.safetensors",
                    g = " --features g.safetensors";
  const double one = json_of(evaluate(model + f)).at("scores").at("perplexity");
  for (const std::string& files : {f, f + g}) {
    const json both = json_of(evaluate(model + model + files));
    CHECK(both.at("photos") == 8);
    CHECK(both.at("scores").at("perplexity").get<double>() == Approx(one));
  }
  require_failure(evaluate(model + f + g), 2,
                  "--features: give one file for all models or one for each; got 2 for 1");
}

TEST_CASE("features of another kind or size than the model's are refused by name") {
  const auto model = models::PhotoCaptioner::load(demo().folder / demo().model);
  const std::int64_t wanted = model.captioner().sizes().features;
  const auto refused = [&](const std::string& kind, const Shape& shape, const std::string& has) {
    const std::string path = (demo().folder / "other.safetensors").string();
    write_safetensors(path, {{kind, Tensor::zeros(shape, DType::float16)}},
                      {{"names", json{fs::path(demo().picture).filename().string()}.dump()}});
    require_failure(run_model("evaluate", {"--captions", "captions.tsv", "--features", path}), 1,
                    path + ": has " + has + "; the model, nic, was built for global features of " +
                        std::to_string(wanted));
  };
  refused("global", Shape{1, 7}, "global features of 7 numbers");
  refused("regions", Shape{1, 2, 7}, "no global features");
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
