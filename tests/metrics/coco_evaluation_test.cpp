// From captions as written to the official scores: tokeniser and metrics together.
#include <fstream>
#include <map>

#include "limn/text/tokenizer.h"
#include "metrics/official_scores.h"

using namespace limn;

namespace {

/// An image's captions as written: what is scored, and the references.
struct Written {
  std::string hypothesis;
  std::vector<std::string> references;
};

std::vector<metrics::Candidate> split_by_ptb(const std::vector<Written>& images) {
  const auto ptb = text::make_tokenizer("ptb");
  std::vector<metrics::Candidate> set;
  for (const Written& image : images) {
    metrics::Candidate& candidate = set.emplace_back();
    candidate.hypothesis = ptb->split(image.hypothesis);
    for (const std::string& reference : image.references)
      candidate.references.push_back(ptb->split(reference));
  }
  return set;
}

// By image, then by annotation.
std::map<std::int64_t, std::map<std::int64_t, std::string>> captions_of(const json& file) {
  std::map<std::int64_t, std::map<std::int64_t, std::string>> images;
  for (const json& one : file.at("annotations"))
    images[one.at("image_id")][one.at("id")] = one.at("caption");
  return images;
}

std::vector<std::string> lines_of(const std::filesystem::path& path) {
  std::vector<std::string> lines;
  std::string line;
  for (std::ifstream file(path); std::getline(file, line);) {
    if (line.ends_with('\r')) line.pop_back();
    lines.push_back(line);
  }
  return lines;
}

}  // namespace

TEST_CASE("results of 1,000 photos have the official scores", "[data]") {
  const auto folder = test::kShared / "evaluation";
  if (!test::is_there(folder / "references.json")) return;
  const auto references = captions_of(test::read_json(folder / "references.json"));
  for (const std::string name : {"im2text", "human"}) {
    std::vector<Written> images;
    for (const json& result : test::read_json(folder / (name + "_results.json"))) {
      Written& image = images.emplace_back();
      image.hypothesis = result.at("caption");
      for (const auto& [id, caption] : references.at(result.at("image_id")))
        image.references.push_back(caption);
    }
    test::require_official(split_by_ptb(images), "evaluation_" + name);
  }
}

TEST_CASE("COCO's first captions as written have the official scores", "[data]") {
  const auto path = test::kShared / "coco" / "captions_val2017.json";
  if (!test::is_there(path)) return;
  std::vector<Written> images;
  for (const auto& [id, captions] : captions_of(test::read_json(path))) {
    Written& image = images.emplace_back();
    for (const auto& [annotation, caption] : captions) image.references.push_back(caption);
    image.hypothesis = image.references.front();
    image.references.erase(image.references.begin());
  }
  test::require_official(split_by_ptb(images), "coco_val2017_first_caption",
                         "corpus_of_captions_tokenised_alone");
}

TEST_CASE("Flickr8k's first captions have the official scores", "[data]") {
  const auto folder = test::kShared / "flickr8k";
  if (!test::is_there(folder / "Flickr8k.token.txt")) return;
  std::map<std::string, std::vector<std::string>> captions;
  for (const std::string& line : lines_of(folder / "Flickr8k.token.txt"))
    captions[line.substr(0, line.find('#'))].push_back(line.substr(line.find('\t') + 1));
  std::vector<Written> images;
  for (const std::string& photo : lines_of(folder / "Flickr_8k.devImages.txt")) {
    const auto& five = captions.at(photo);
    REQUIRE(five.size() == 5);
    images.push_back({five.front(), {five.begin() + 1, five.end()}});
  }
  test::require_official(split_by_ptb(images), "flickr8k_dev_k0");
}
