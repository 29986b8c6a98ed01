#include "limn/metrics/cider_d.h"

#include <cmath>
#include <thread>

#include "limn/core/error.h"
#include "limn/metrics/scores.h"
#include "metrics/captions.h"
#include "support/catch.h"

using namespace limn;
using metrics::CiderD;
using test::words;

namespace {

std::vector<std::vector<test::Sentence>> references_of(const std::vector<metrics::Candidate>& set) {
  std::vector<std::vector<test::Sentence>> references;
  for (const auto& candidate : set) references.push_back(candidate.references);
  return references;
}

}  // namespace

TEST_CASE("CiderD gives each hypothesis its CIDEr-D") {
  const auto set = test::toy_set();
  const auto expected = metrics::cider_d(set).images;
  const CiderD cider(references_of(set));
  REQUIRE(cider.images() == 3);
  for (int round = 0; round < 2; ++round)
    for (std::size_t i = 0; i < set.size(); ++i)
      REQUIRE(cider.score(static_cast<std::int64_t>(i), set[i].hypothesis) == Approx(expected[i]));
}

TEST_CASE("CiderD of a hand-worked hypothesis") {
  const CiderD cider({{words("a b")}, {words("a c")}});
  SECTION("a word of all images has no weight, and repeating one is clipped") {
    // Unigrams: "b" has ln 2, w_h = 2 ln 2, w_r = ln 2, clipped: ln² 2 / (2 ln² 2). Bigrams: "a b"
    // is 1 of 2 different ones. Length 3 against 2.
    const double unigrams = 1.0 / 2;
    const double bigrams = 1 / std::sqrt(2.0);
    REQUIRE(cider.score(0, words("a b b")) ==
            Approx(10.0 / 4 * (unigrams + bigrams) * std::exp(-1.0 / 72)));
  }
  SECTION("unknown words weigh like those of one image, each for itself") {
    const double known_unknown_twice = 1 / std::sqrt(1.0 + 4.0);
    REQUIRE(cider.score(1, words("x c x")) ==
            Approx(10.0 / 4 * known_unknown_twice * std::exp(-1.0 / 72)));
    const double known_two_unknown = 1 / std::sqrt(1.0 + 1.0 + 1.0);
    REQUIRE(cider.score(1, words("x c y")) ==
            Approx(10.0 / 4 * known_two_unknown * std::exp(-1.0 / 72)));
  }
  SECTION("no words score nothing, one has no bigrams") {
    REQUIRE(cider.score(0, {}) == 0);
    REQUIRE(cider.score(0, words("b")) == Approx(10.0 / 4 * std::exp(-1.0 / 72)));
  }
}

TEST_CASE("an n-gram counts once an image, however many references have it") {
  const CiderD cider({{words("b"), words("b"), words("d")}, {words("b")}, {words("c")}});
  const double b = std::log(3.0 / 2);
  const double d = std::log(3.0);
  const double norm = std::sqrt(b * b + d * d);
  REQUIRE(cider.score(0, words("b d")) ==
          Approx(10.0 / 4 * (b / norm + b / norm + d / norm) / 3 * std::exp(-1.0 / 72)));
}

TEST_CASE("CiderD may be asked from several threads") {
  const auto set = test::toy_set();
  const CiderD cider(references_of(set));
  const auto hypothesis = words("a dog runs through an unknown field");
  const double expected = cider.score(1, hypothesis);
  std::vector<double> scores(4);
  std::vector<std::thread> threads;
  for (double& score : scores)
    threads.emplace_back([&] {
      for (int i = 0; i < 100; ++i) score = cider.score(1, hypothesis);
    });
  for (std::thread& thread : threads) thread.join();
  REQUIRE(scores == std::vector<double>(4, expected));
}

TEST_CASE("CiderD moves") {
  CiderD first({{words("a b")}, {words("a c")}});
  const double expected = first.score(0, words("b"));
  CiderD second(std::move(first));
  REQUIRE(second.score(0, words("b")) == expected);
  first = CiderD({{words("x")}});
  REQUIRE(first.images() == 1);
  first = std::move(second);
  REQUIRE(first.score(0, words("b")) == expected);
}

TEST_CASE("CiderD says what does not fit") {
  REQUIRE_THROWS_TEXT(CiderD({}), InvalidArgument,
                      "CiderD: references of at least one image are needed; got none");
  REQUIRE_THROWS_TEXT(CiderD({{words("a")}, {}}), InvalidArgument,
                      "CiderD: every image needs a reference; image 1 has none");
  const CiderD cider({{words("a")}, {words("b")}});
  REQUIRE_THROWS_TEXT(cider.score(2, words("a")), InvalidArgument,
                      "CiderD: image must be in [0, 2); got 2");
  REQUIRE_THROWS_PART(cider.score(-1, words("a")), InvalidArgument, "got -1");
}

TEST_CASE("other documents weigh n-grams") {
  const auto set = test::toy_set();
  const auto references = references_of(set);
  const auto whole = metrics::cider_d(set);
  SECTION("the references themselves as documents change nothing") {
    CHECK(metrics::cider_d(set, references).images == whole.images);
    CHECK(metrics::score(set, references).cider_d.images == whole.images);
  }
  SECTION("a part of a set scores like in the whole") {
    const std::vector<metrics::Candidate> part{set[1]};
    CHECK(metrics::cider_d(part).corpus == 0);
    CHECK(metrics::cider_d(part, references).corpus == Approx(whole.images[1]));
    const CiderD cider({references[1]}, references);
    CHECK(cider.images() == 1);
    CHECK(cider.score(0, set[1].hypothesis) == Approx(whole.images[1]));
  }
  SECTION("an n-gram that documents alone have weighs by them") {
    // "c" is in one of two documents, "d" in none: ln 2 each; "a" is in both: 0.
    const CiderD cider({{words("b a")}}, {{words("a b")}, {words("a c")}});
    CHECK(cider.score(0, words("b c")) == cider.score(0, words("b d")));
    CHECK(cider.score(0, words("b")) == Approx(10.0 / 4 * std::exp(-1.0 / 72)));
  }
}
