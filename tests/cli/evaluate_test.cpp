#include <cmath>

#include "cli/short_demo.h"

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
  require_failure(run_model("evaluate", {"--captions", "captions.tsv", "--images", demo().pictures,
                                         "--split", "test"}),
                  1, "captions.tsv: has no photo in \"test\"; there are no split (8)");
}
