#include <filesystem>
#include <fstream>
#include <map>

#include "metrics/captions.h"
#include "metrics/official_scores.h"

using namespace limn;

namespace {

// The lines of a table in order of the number in the key; `raw TAB tokens` each.
std::vector<std::string> tokens_of(const std::filesystem::path& path) {
  std::vector<std::string> result;
  std::string line;
  for (std::ifstream file(path); std::getline(file, line);)
    result.push_back(line.substr(line.find('\t') + 1));
  return result;
}

// Images in order of id: their first caption by annotation id, and the others as references.
std::vector<metrics::Candidate> first_captions(const json& annotations,
                                               const std::vector<std::string>& tokens) {
  std::map<std::int64_t, std::map<std::int64_t, std::string>> images;
  for (std::size_t i = 0; i < tokens.size(); ++i)
    images[annotations[i].at("image_id")][annotations[i].at("id")] = tokens[i];
  std::vector<metrics::Candidate> set;
  for (const auto& [image, captions] : images) {
    std::vector<std::string> references;
    for (const auto& [id, caption] : captions) references.push_back(caption);
    const std::string hypothesis = references.front();
    references.erase(references.begin());
    set.push_back(test::candidate(hypothesis, references));
  }
  return set;
}

}  // namespace

TEST_CASE("scores of COCO's captions and of odd ones are coco-caption's") {
  for (const char* name : {"coco.json", "odd.json"}) {
    const json golden = test::read_json(test::kGolden / "scores" / name);
    std::vector<metrics::Candidate> set;
    for (const json& image : golden.at("images"))
      set.push_back(test::candidate(image.at("hypothesis").get<std::string>(),
                                    image.at("references").get<std::vector<std::string>>()));
    const auto scores = test::all_scores(metrics::score(set));
    for (std::size_t metric = 0; metric < scores.size(); ++metric) {
      INFO(name << " " << golden.at("metrics")[metric]);
      test::require_near(scores[metric].corpus, golden.at("corpus")[metric]);
      for (std::size_t image = 0; image < set.size(); ++image) {
        INFO(golden.at("images")[image].at("hypothesis"));
        test::require_near(scores[metric].images[image],
                           golden.at("images")[image].at("scores")[metric]);
      }
    }
  }
}

TEST_CASE("scores of COCO's 5,000 validation images are coco-caption's", "[data]") {
  const auto captions = test::kShared / "coco" / "captions_val2017.json";
  if (!test::is_there(captions)) return;
  const auto tokens = tokens_of(test::kShared / "golden" / "tokenizer" / "coco_val2017.tsv");
  const auto set = first_captions(test::read_json(captions).at("annotations"), tokens);
  REQUIRE(set.size() == 5000);
  test::require_official(set, "coco_val2017_first_caption");
}
