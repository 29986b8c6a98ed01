#include "metrics/meteor_alignment.h"

#include "metrics/meteor_golden.h"
#include "metrics/meteor_toy_data.h"

using namespace limn;
using metrics::MeteorMatch;
using metrics::MeteorModule;

namespace {

using Candidates = std::vector<std::vector<MeteorMatch>>;

// Toy data with a lexicon.
struct Toy {
  test::TemporaryFolder folder;
  metrics::MeteorData data{test::ToyMeteorData().write(folder)};
  metrics::MeteorLexicon lexicon{data};

  Candidates candidates(const std::string& reference, const std::string& hypothesis) {
    const auto ours = lexicon.add(reference);
    return metrics::meteor_candidates(ours, lexicon.add(hypothesis), lexicon);
  }
  std::vector<MeteorMatch> align(const std::string& reference, const std::string& hypothesis) {
    return metrics::align(candidates(reference, hypothesis), lexicon.add(hypothesis).size());
  }
};

MeteorMatch pair(MeteorModule module, std::int32_t reference, std::int32_t hypothesis) {
  return {module, {reference, 1}, {hypothesis, 1}};
}

constexpr auto kExact = MeteorModule::exact;
constexpr auto kStem = MeteorModule::stem;
constexpr auto kSynonym = MeteorModule::synonym;
constexpr auto kParaphrase = MeteorModule::paraphrase;

}  // namespace

TEST_CASE("a word matches equal words, stems and synonyms, in this order") {
  Toy toy;
  CHECK(toy.candidates("ride the bike", "rides bicycle bike the") ==
        Candidates{
            {pair(kStem, 0, 0)}, {pair(kExact, 1, 3)}, {pair(kExact, 2, 2), pair(kSynonym, 2, 1)}});
  CHECK(toy.candidates("", "a") == Candidates{});
  CHECK(toy.candidates("a", "") == Candidates{{}});
}

TEST_CASE("synonyms are found of base forms") {
  Toy toy;
  CHECK(metrics::synsets_of("bikes", toy.data) == std::vector<std::uint32_t>{7});
  CHECK(metrics::synsets_of("boxes", toy.data) == std::vector<std::uint32_t>{6});
  CHECK(metrics::synsets_of("geese", toy.data) == std::vector<std::uint32_t>{5});
  CHECK(metrics::synsets_of("biking", toy.data) == std::vector<std::uint32_t>{7});
  CHECK(metrics::synsets_of("kid", toy.data) == std::vector<std::uint32_t>{3, 4});
  CHECK(metrics::synsets_of("spoonsful", toy.data).empty());
  CHECK(metrics::synsets_of("bikess", toy.data).empty());
  CHECK(metrics::synsets_of("unheard", toy.data).empty());
  CHECK(toy.candidates("children", "kids") == Candidates{{pair(kSynonym, 0, 0)}});
}

TEST_CASE("phrases match either way, as often as the table lists them") {
  Toy toy;
  const MeteorMatch a_lot{kParaphrase, {1, 3}, {0, 1}};
  CHECK(toy.candidates("see a lot of", "many") == Candidates{{}, {a_lot, a_lot}, {}, {}});
  CHECK(toy.candidates("lots of", "many") ==
        Candidates{{MeteorMatch{kParaphrase, {0, 2}, {0, 1}}}, {}});
  CHECK(toy.candidates("y", "x x") ==
        Candidates{{pair(kParaphrase, 0, 0), pair(kParaphrase, 0, 0), pair(kParaphrase, 0, 1),
                    pair(kParaphrase, 0, 1)}});
  CHECK(toy.candidates("on top of", "on") ==
        Candidates{{pair(kExact, 0, 0), MeteorMatch{kParaphrase, {0, 2}, {0, 1}},
                    MeteorMatch{kParaphrase, {0, 3}, {0, 1}}},
                   {},
                   {}});
}

TEST_CASE("equal captions match equal words only") {
  Toy toy;
  CHECK(toy.candidates("x bike", "x bike") ==
        Candidates{{pair(kExact, 0, 0)}, {pair(kExact, 1, 1)}});
}

TEST_CASE("the alignment prefers more words, then fewer chunks") {
  Toy toy;
  CHECK(toy.align("a b c", "c a b") ==
        std::vector{pair(kExact, 0, 1), pair(kExact, 1, 2), pair(kExact, 2, 0)});
  CHECK(toy.align("the dog", "the cat the dog") ==
        std::vector{pair(kExact, 0, 2), pair(kExact, 1, 3)});
}

TEST_CASE("a single word that is not equal is matched where that costs no chunk") {
  Toy toy;
  // Either child may be the kid, so neither is decided beforehand.
  CHECK(toy.align("q kid r", "q child r child") ==
        std::vector{pair(kExact, 0, 0), pair(kSynonym, 1, 1), pair(kExact, 2, 2)});
  CHECK(toy.align("q kid r", "child q r child") ==
        std::vector{pair(kExact, 0, 1), pair(kExact, 2, 2)});
  // With one child it is decided.
  CHECK(toy.align("q kid r", "child q r") ==
        std::vector{pair(kExact, 0, 1), pair(kSynonym, 1, 0), pair(kExact, 2, 2)});
}

TEST_CASE("a tried match charges its distance to the state that goes on without it") {
  // The first "the" is tried with distance 0 and then 2. Both copies lack their own distance, the
  // second has the first one's: 0 and 0, so order decides.
  Toy toy;
  CHECK(toy.align("the q", "the r the") == std::vector{pair(kExact, 0, 0)});
  CHECK(toy.align("q the", "the r the") == std::vector{pair(kExact, 1, 0)});
}

TEST_CASE("chunks are runs adjacent on both sides") {
  CHECK(metrics::chunks_of({}) == 0);
  CHECK(metrics::chunks_of({pair(kExact, 0, 0)}) == 1);
  CHECK(metrics::chunks_of({pair(kExact, 0, 1), pair(kStem, 1, 2), pair(kExact, 2, 0)}) == 2);
  CHECK(metrics::chunks_of({pair(kExact, 0, 0), pair(kExact, 2, 1)}) == 2);
  CHECK(metrics::chunks_of({{kParaphrase, {0, 3}, {0, 1}}, pair(kExact, 3, 1)}) == 1);
}

TEST_CASE("alignments are those of the official METEOR") {
  const json pairs = test::read_json(test::kGolden / "meteor" / "alignments.json");
  REQUIRE(pairs.size() > 100);
  for (const json& golden : pairs) {
    INFO(golden.at("reference") << " | " << golden.at("hypothesis"));
    Candidates candidates(golden.at("reference_words").size());
    for (const json& match : golden.at("candidates"))
      candidates.at(match[1]).push_back(test::match_of(match));
    std::vector<MeteorMatch> expected;
    for (const json& match : golden.at("matches")) expected.push_back(test::match_of(match));
    const auto matches = metrics::align(candidates, golden.at("hypothesis_words").size());
    REQUIRE(matches == expected);
    REQUIRE(metrics::chunks_of(matches) == golden.at("chunks").get<int>());
  }
}
