#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include "core/json.h"
#include "limn/metrics/scores.h"
#include "metrics/captions.h"
#include "support/golden.h"

using namespace limn;

namespace {

json read(const std::filesystem::path& path) {
  std::ifstream file(path);
  INFO(path.string());
  REQUIRE(file.good());
  return parse_json(std::string(std::istreambuf_iterator<char>(file), {}), path);
}

std::vector<metrics::Score> all(const metrics::Scores& scores) {
  return {scores.bleu[0], scores.bleu[1], scores.bleu[2],
          scores.bleu[3], scores.rouge_l, scores.cider_d};
}

void require_near(double mine, double reference) {
  REQUIRE(mine == Approx(reference).epsilon(0).margin(1e-9));
}

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
    const json golden = read(test::kGolden / "scores" / name);
    std::vector<metrics::Candidate> set;
    for (const json& image : golden.at("images"))
      set.push_back(test::candidate(image.at("hypothesis").get<std::string>(),
                                    image.at("references").get<std::vector<std::string>>()));
    const auto scores = all(metrics::score(set));
    for (std::size_t metric = 0; metric < scores.size(); ++metric) {
      INFO(name << " " << golden.at("metrics")[metric]);
      require_near(scores[metric].corpus, golden.at("corpus")[metric]);
      for (std::size_t image = 0; image < set.size(); ++image) {
        INFO(golden.at("images")[image].at("hypothesis"));
        require_near(scores[metric].images[image], golden.at("images")[image].at("scores")[metric]);
      }
    }
  }
}

TEST_CASE("scores of COCO's 5,000 validation images are coco-caption's", "[data]") {
  const auto captions = test::kShared / "coco" / "captions_val2017.json";
  if (!std::filesystem::exists(captions)) {
    WARN("skipped: " << captions.string() << " is not there");
    return;
  }
  const auto tokens = tokens_of(test::kShared / "golden" / "tokenizer" / "coco_val2017.tsv");
  const auto set = first_captions(read(captions).at("annotations"), tokens);
  REQUIRE(set.size() == 5000);
  const json golden = read(test::kShared / "golden" / "scores" / "coco_val2017_first_caption.json");
  const auto scores = all(metrics::score(set));
  const std::vector<std::string> names{"Bleu_1", "Bleu_2", "Bleu_3", "Bleu_4", "ROUGE_L", "CIDEr"};
  for (std::size_t metric = 0; metric < names.size(); ++metric) {
    INFO(names[metric]);
    require_near(scores[metric].corpus, golden.at("corpus").at(names[metric]));
    for (std::size_t image = 0; image < golden.at("images").size(); ++image) {
      const json& reference = golden.at("images")[image];
      INFO("image " << reference.at("image_id"));
      require_near(scores[metric].images[image], reference.at(names[metric]));
    }
  }
}
