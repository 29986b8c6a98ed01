#include "limn/metrics/meteor.h"

#include <cmath>

#include "limn/core/error.h"
#include "limn/core/threads.h"
#include "metrics/captions.h"
#include "metrics/meteor_golden.h"
#include "metrics/meteor_toy_data.h"

using namespace limn;
using metrics::Meteor;
using metrics::MeteorStatistics;
using test::candidate;

namespace {

using Numbers = std::array<std::int64_t, 23>;

const Meteor& toy_meteor() {
  static const test::TemporaryFolder folder;
  static const Meteor meteor(test::ToyMeteorData().write(folder));
  return meteor;
}

// The counts of a line of the official program.
MeteorStatistics statistics_of(const Numbers& n) {
  MeteorStatistics s;
  s.hypothesis_words = n[0];
  s.reference_words = n[1];
  s.hypothesis_function_words = n[2];
  s.reference_function_words = n[3];
  s.chunks = n[20];
  s.hypothesis_matched = n[21];
  s.reference_matched = n[22];
  for (std::size_t i = 0; i < 4; ++i)
    s.matched[i] = {n[4 + 4 * i], n[5 + 4 * i], n[6 + 4 * i], n[7 + 4 * i]};
  return s;
}

// An independent form of the last equations: precision, recall, chunks, mean of matched words.
double score_of(double precision, double recall, double chunks, double matched) {
  const double f = precision * recall / (0.85 * precision + 0.15 * recall);
  return f * (1 - 0.6 * std::pow(chunks / matched, 0.2));
}

}  // namespace

TEST_CASE("METEOR counts words, function words, matches by module and chunks") {
  const auto s = toy_meteor().statistics(
      candidate("the kid of it rides a lot of geese", {"the child of it ride many honkers"}));
  // the=the kid~child of=of it=it rides~ride "a lot of"~many geese~honkers
  REQUIRE(s.numbers() == Numbers{9, 7, 4, 2,                          // words, function words
                                 1, 1, 2, 2, 1, 1, 0, 0, 2, 2, 0, 0,  // exact, stem, synonym
                                 1, 1, 2, 0, 1, 9, 7});
  REQUIRE(s.is_whole());
  const double weighted_h = 0.75 * 1 + 0.25 * 2 + 0.6 * 0.75 + 0.8 * 1.5 + 0.6 * (0.75 + 0.5);
  const double weighted_r = 0.75 * 1 + 0.25 * 2 + 0.6 * 0.75 + 0.8 * 1.5 + 0.6 * 0.75;
  const double p = weighted_h / (0.75 * 5 + 0.25 * 4);
  const double r = weighted_r / (0.75 * 5 + 0.25 * 2);
  REQUIRE(s.score() == Approx(score_of(p, r, 0, 1)));
}

TEST_CASE("METEOR has a penalty for chunks") {
  const auto s = toy_meteor().statistics(candidate("q r t u", {"t u v q r"}));
  REQUIRE(s.chunks == 2);
  REQUIRE(s.score() == Approx(score_of(1, 0.8, 2, 4)));
  REQUIRE(toy_meteor().statistics(candidate("q r t", {"q r t"})).score() == 1);
}

TEST_CASE("METEOR takes the best reference, of equals the first") {
  const auto best = toy_meteor().statistics(candidate("q r", {"s", "q s t", "q r s", "q r s"}));
  REQUIRE(best.reference_words == 3);
  REQUIRE(best.hypothesis_matched == 2);
  REQUIRE(toy_meteor().statistics(candidate("q", {"r", "s t", ""})).reference_words == 1);
  REQUIRE(toy_meteor().statistics(candidate("", {"", "s t"})).reference_words == 0);
}

TEST_CASE("METEOR without words is 0") {
  for (const auto& pair : {candidate("", {"a q"}), candidate("a q", {""}), candidate("", {""})})
    REQUIRE(toy_meteor().statistics(pair).score() == 0);
}

TEST_CASE("METEOR of a set comes from its sums, without the chunks of whole pairs") {
  const std::vector<metrics::Candidate> set{candidate("q r", {"q r"}), candidate("q s t", {"q t"}),
                                            candidate("u", {"v"})};
  const auto score = toy_meteor().score(set);
  REQUIRE(score.images.size() == 3);
  REQUIRE(score.images[0] == 1);
  REQUIRE(score.images[1] == Approx(score_of(2.0 / 3, 1, 2, 2)));
  REQUIRE(score.images[2] == 0);
  REQUIRE(score.corpus == Approx(score_of(4.0 / 6, 4.0 / 5, 2, 4)));
  MeteorStatistics sum;
  for (const auto& one : set) sum.add(toy_meteor().statistics(one));
  REQUIRE(sum.score() == score.corpus);
}

TEST_CASE("METEOR of a set is the same on any number of threads") {
  std::vector<metrics::Candidate> set;
  for (int i = 0; i < 200; ++i)
    set.push_back(candidate(i % 3 == 0 ? "many geese on top of it" : "the kids of a child",
                            {"a lot of honkers on it", "children " + std::to_string(i % 7)}));
  const int before = thread_count();
  set_thread_count(1);
  const auto one = toy_meteor().score(set);
  set_thread_count(3);
  const auto three = toy_meteor().score(set);
  set_thread_count(before);
  REQUIRE(one.images == three.images);
  REQUIRE(one.corpus == three.corpus);
}

TEST_CASE("words are joined and split anew") {
  const auto joined = toy_meteor().statistics(candidate("well-known U.S.", {"well known us"}));
  REQUIRE(joined.hypothesis_words == 3);
  REQUIRE(joined.is_whole());
}

TEST_CASE("METEOR of a long caption") {
  std::string hypothesis, reference;
  for (int i = 0; i < 300; ++i) {
    hypothesis += i % 3 == 0 ? "the " : i % 3 == 1 ? "kid " : "q ";
    reference += i % 4 == 0 ? "the " : i % 4 == 1 ? "child " : "q ";
  }
  const auto s = toy_meteor().statistics(candidate(hypothesis, {reference}));
  REQUIRE(s.hypothesis_matched >= 75);
  REQUIRE(s.hypothesis_matched == s.reference_matched);
}

TEST_CASE("METEOR says what is missing") {
  REQUIRE_THROWS_TEXT(toy_meteor().score({}), InvalidArgument,
                      "meteor: at least one candidate is needed; got none");
  REQUIRE_THROWS_TEXT(toy_meteor().score({candidate("a", {"a"}), candidate("a", {})}),
                      InvalidArgument,
                      "meteor: every candidate needs a reference; candidate 1 has none");
  REQUIRE_THROWS_TEXT(toy_meteor().statistics(candidate("a", {})), InvalidArgument,
                      "meteor: a reference is needed; got none");
  REQUIRE_THROWS_TEXT(toy_meteor().score({candidate("caf\xe9 a", {"a"})}), InvalidArgument,
                      "meteor: text must be UTF-8; byte 3 of 7, 0xe9, begins no character");
}

TEST_CASE("scores of statistics are the official METEOR's") {
  const json pairs = test::read_json(test::kGolden / "meteor" / "alignments.json");
  REQUIRE(pairs.size() > 100);
  for (const json& golden : pairs) {
    INFO(golden.at("reference") << " | " << golden.at("hypothesis"));
    const auto numbers = golden.at("statistics").get<Numbers>();
    const auto s = statistics_of(numbers);
    REQUIRE(s.numbers() == numbers);
    const json& score = golden.at("score");
    REQUIRE(std::abs(s.score() - (score.is_null() ? 0 : score.get<double>())) < 1e-12);
  }
}
