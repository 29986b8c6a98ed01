#include <cmath>

#include "cli/short_demo.h"
#include "limn/text/tokenizer.h"

using namespace limn;
using namespace limn::test;

TEST_CASE("evaluate of a model and of the captions it wrote agree") {
  const json model =
      json_of(run_model("evaluate", {"--captions", "captions.tsv", "--images", demo().pictures,
                                     "--results-out", "r.json", "--json"}));
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

TEST_CASE("twice the same model evaluates as the model") {
  const std::vector<std::string> photos{"--captions", "captions.tsv", "--images", demo().pictures,
                                        "--json"};
  const json one = json_of(run_model("evaluate", photos)).at("scores");
  for (const std::string averaging : {"probabilities", "log-probabilities"}) {
    std::vector<std::string> more{"--model", demo().model, "--averaging", averaging};
    more.insert(more.end(), photos.begin(), photos.end());
    const json together = json_of(run_model("evaluate", more)).at("scores");
    REQUIRE(together.size() == one.size());
    for (const auto& [name, value] : one.items()) {
      INFO(name);
      CHECK(together.at(name).get<double>() == Approx(value.get<double>()));
    }
  }
  std::vector<std::string> alone{"--averaging", "probabilities"};
  alone.insert(alone.end(), photos.begin(), photos.end());
  require_failure(run_model("evaluate", alone), 2,
                  "--averaging is for several models, each with its --model");
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

TEST_CASE("evaluate knows every tokeniser that needs no data, and the nearest of others") {
  const TemporaryFolder folder;
  folder.write("said.tsv", "a.jpg\t\u4e00 \u4e2a\u5973 \u5b69\n");
  folder.write("r.json", "[{\"file\": \"a.jpg\", \"caption\": \"\u4e00\u4e2a\u5973\u5b69\"}]");
  const auto with = [&](const std::string& tokenizer) {
    return run(folder, {"evaluate", "--references", "said.tsv", "--results", "r.json", "--json",
                        "--tokenizer", tokenizer});
  };
  const Outcome help = run(folder, {"evaluate", "--help"});
  for (const std::string& name : text::tokenizer_names()) {
    CHECK(with(name).status == 0);
    CHECK(has(help.out, name));
  }
  CHECK(json_of(with("characters")).at("scores").at("BLEU-4") == Approx(1));
  for (const std::string name : {"smple", "bpe", ""}) {
    INFO(name);
    const Outcome wrong = with(name);
    CHECK(wrong.status == 2);
    CHECK(has(wrong.err, "limn: evaluate: --tokenizer: must be one of simple, whitespace, ptb, "));
    CHECK(has(wrong.err, "; got \"" + name + "\""));
    CHECK(has(wrong.err, "(did you mean \"simple\"?)") == (name == "smple"));
  }
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
  require_failure(run_model("evaluate", {"--captions", "captions.tsv", "--images", demo().pictures,
                                         "--split", "test"}),
                  1, "captions.tsv: has no photo in \"test\"; it has photos of no split (8)");
}
