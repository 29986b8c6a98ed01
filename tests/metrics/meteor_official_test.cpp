// The official METEOR's values, with the user's own copy of its data.
#include <fstream>
#include <map>
#include <sstream>

#include "limn/metrics/meteor.h"
#include "metrics/captions.h"
#include "metrics/meteor_golden.h"
#include "metrics/meteor_normalizer.h"

using namespace limn;
using metrics::Meteor;
using Numbers = std::array<std::int64_t, 23>;

namespace {

// Nothing, having said so, without the data.
std::optional<std::filesystem::path> data_file() {
  auto path = metrics::find_meteor_data();
  if (!path)
    test::skip(
        "METEOR's data are not there; pip install pycocoevalcap and data_scripts/meteor_data.py "
        "make them");
  return path;
}

std::vector<std::vector<std::string>> read_table(const std::filesystem::path& path) {
  std::vector<std::vector<std::string>> rows;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    auto& row = rows.emplace_back(1);
    for (const char c : line) c == '\t' ? (void)row.emplace_back() : row.back().push_back(c);
  }
  return rows;
}

std::vector<std::uint32_t> numbers_in(const std::string& text) {
  std::istringstream stream(text);
  return {std::istream_iterator<std::uint32_t>(stream), {}};
}

Numbers statistics_in(const std::string& text) {
  std::istringstream stream(text);
  Numbers numbers{};
  for (std::int64_t& number : numbers) {
    double value = -1;
    stream >> value;
    number = static_cast<std::int64_t>(value);
  }
  return numbers;
}

// Images in order of id: their first caption by annotation id, and the others as references.
std::map<std::int64_t, metrics::Candidate> first_captions() {
  const auto tokens = read_table(test::kShared / "golden" / "tokenizer" / "coco_val2017.tsv");
  const json annotations =
      test::read_json(test::kShared / "coco" / "captions_val2017.json").at("annotations");
  std::map<std::int64_t, std::map<std::int64_t, std::string>> captions;
  for (std::size_t i = 0; i < tokens.size(); ++i)
    captions[annotations[i].at("image_id")][annotations[i].at("id")] = tokens[i].at(1);
  std::map<std::int64_t, metrics::Candidate> images;
  for (const auto& [image, texts] : captions) {
    for (const auto& [id, text] : texts) images[image].references.push_back({text});
    images[image].hypothesis = images[image].references.front();
    images[image].references.erase(images[image].references.begin());
  }
  return images;
}

}  // namespace

TEST_CASE("statistics of pairs are the official METEOR's", "[data]") {
  const auto data = data_file();
  if (!data) return;
  const Meteor meteor(*data);
  const auto shared = test::kShared / "golden" / "meteor" / "alignments.json";
  const bool all = std::filesystem::exists(shared);
  for (const json& golden :
       test::read_json(all ? shared : test::kGolden / "meteor" / "alignments.json")) {
    const std::string hypothesis = golden.at("hypothesis"), reference = golden.at("reference");
    INFO(reference << " | " << hypothesis);
    const auto s = meteor.statistics({{hypothesis}, {{reference}}});
    Numbers expected{};
    for (std::size_t i = 0; i < expected.size(); ++i)
      expected[i] = golden.at("statistics")[i].get<std::int64_t>();
    REQUIRE(s.numbers() == expected);
    const json& score = golden.at("score");
    REQUIRE(std::abs(s.score() - (score.is_null() ? 0 : score.get<double>())) < 1e-12);
  }
}

TEST_CASE("candidates of pairs are the official METEOR's", "[data]") {
  const auto path = data_file();
  if (!path) return;
  const metrics::MeteorData data(*path);
  metrics::MeteorLexicon lexicon(data);
  for (const json& golden : test::read_json(test::kGolden / "meteor" / "alignments.json")) {
    const std::string hypothesis = golden.at("hypothesis"), reference = golden.at("reference");
    INFO(reference << " | " << hypothesis);
    REQUIRE(metrics::normalize(hypothesis, data) ==
            golden.at("hypothesis_words").get<std::vector<std::string>>());
    std::vector<metrics::MeteorMatch> candidates, expected;
    const auto ours = lexicon.add(reference);
    for (const auto& matches : metrics::meteor_candidates(ours, lexicon.add(hypothesis), lexicon))
      candidates.insert(candidates.end(), matches.begin(), matches.end());
    for (const json& match : golden.at("candidates")) expected.push_back(test::match_of(match));
    REQUIRE(candidates == expected);
  }
}

TEST_CASE("normalised lines and synsets are the official METEOR's", "[data]") {
  const auto path = data_file();
  const auto folder = test::kShared / "golden" / "meteor";
  if (!path || !test::is_there(folder)) return;
  const metrics::MeteorData data(*path);
  for (const auto& row : read_table(folder / "normalise.tsv")) {
    INFO(row.at(0));
    std::string line;
    for (const std::string& word : metrics::normalize(row[0], data))
      (line += line.empty() ? "" : " ") += word;
    REQUIRE(line == row.at(1));
  }
  for (const auto& row : read_table(folder / "synonyms.tsv")) {
    INFO(row.at(0));
    auto expected = numbers_in(row.at(1) + " " + row.at(2));
    std::sort(expected.begin(), expected.end());
    expected.erase(std::unique(expected.begin(), expected.end()), expected.end());
    REQUIRE(metrics::synsets_of(row[0], data) == expected);
  }
}

TEST_CASE("METEOR of COCO's 5,000 validation images is the official one", "[data]") {
  const auto path = data_file();
  const auto folder = test::kShared / "golden" / "scores";
  if (!path || !test::is_there(folder)) return;
  const Meteor meteor(*path);
  const auto images = first_captions();
  REQUIRE(images.size() == 5000);
  const auto rows = read_table(folder / "coco_val2017_first_caption.meteor_stats.txt");
  REQUIRE(rows.size() == images.size());
  for (const auto& row : rows) {
    INFO("image " << row.at(0));
    REQUIRE(meteor.statistics(images.at(std::stoll(row[0]))).numbers() == statistics_in(row.at(1)));
  }
  std::vector<metrics::Candidate> set;
  for (const auto& [id, image] : images) set.push_back(image);
  const json golden = test::read_json(folder / "coco_val2017_first_caption.json");
  const auto score = meteor.score(set);
  REQUIRE(std::abs(score.corpus - golden.at("corpus").at("METEOR").get<double>()) < 1e-12);
  for (std::size_t i = 0; i < golden.at("images").size(); ++i)
    REQUIRE(std::abs(score.images[i] - golden.at("images")[i].at("METEOR").get<double>()) < 1e-12);
}
