// The official tokeniser's words of whole files: a line each, `raw TAB words`.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <fstream>

#include "limn/text/tokenizer.h"
#include "support/golden.h"

using namespace limn;

namespace {

struct Line {
  std::string raw, words;
};

std::vector<Line> read(const std::filesystem::path& path) {
  std::vector<Line> lines;
  std::string line;
  for (std::ifstream file(path); std::getline(file, line);) {
    const std::size_t tab = line.find('\t');
    lines.push_back({line.substr(0, tab), line.substr(tab + 1)});
  }
  return lines;
}

struct Difference {
  std::string raw, mine, official;
};

std::vector<Difference> differences(const std::vector<Line>& lines) {
  const auto ptb = text::make_tokenizer("ptb");
  std::vector<Difference> result;
  for (const Line& line : lines) {
    const std::string mine = fmt::format("{}", fmt::join(ptb->split(line.raw), " "));
    if (mine != line.words) result.push_back({line.raw, mine, line.words});
  }
  return result;
}

void require_same(const std::vector<Line>& lines) {
  for (const auto& [raw, mine, official] : differences(lines)) {
    INFO(raw);
    CHECK(mine == official);
  }
}

}  // namespace

TEST_CASE("ptb splits odd captions as the official tokeniser") {
  const auto lines = read(test::kGolden / "tokenizer" / "adversarial.tsv");
  REQUIRE(lines.size() == 1021);
  require_same(lines);
}

TEST_CASE("ptb splits random captions as the official tokeniser") {
  const auto lines = read(test::kGolden / "tokenizer" / "random.tsv");
  REQUIRE(lines.size() == 500);
  require_same(lines);
}

TEST_CASE("ptb splits COCO's validation captions as the official tokeniser", "[data]") {
  const auto path = test::kShared / "golden" / "tokenizer" / "coco_val2017.tsv";
  if (!test::is_there(path)) return;
  const auto lines = read(path);
  REQUIRE(lines.size() == 25014);
  // In the file the word at the beginning of the next caption takes these periods away.
  const auto found = differences(lines);
  REQUIRE(found.size() == 3);
  for (const auto& [raw, mine, official] : found) {
    INFO(raw);
    REQUIRE((raw.ends_with("reads K.") || raw.ends_with("12th Ave S.") || raw.ends_with("CTH D.")));
    REQUIRE(mine == official + ".");
  }
}
