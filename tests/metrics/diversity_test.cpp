#include "limn/metrics/diversity.h"

#include "limn/core/error.h"
#include "metrics/captions.h"
#include "support/catch.h"

using namespace limn;
using test::words;

TEST_CASE("caption statistics of four captions") {
  const auto statistics = metrics::caption_statistics(
      {words("a dog on a"), words("a dog"), words("a dog"), test::Sentence{}});
  CHECK(statistics.captions == 4);
  CHECK(statistics.words == 8);
  CHECK(statistics.vocabulary == 3);
  CHECK(statistics.distinct == 3);
  CHECK(statistics.longest == 4);
  CHECK(statistics.bad_endings == 1);
  CHECK(statistics.mean_length() == 2);
  CHECK(metrics::caption_statistics({}).mean_length() == 0);
}

TEST_CASE("every bad ending is known, and no other") {
  for (const char* word : {"a", "an", "at", "for", "her", "his", "in", "of", "on", "that", "the",
                           "this", "to", "with"}) {
    INFO(word);
    CHECK(metrics::ends_badly({"dog", word}));
    CHECK(!metrics::ends_badly({word, "dog"}));
  }
  CHECK(!metrics::ends_badly({}));
}

TEST_CASE("a caption is novel unless training has all of it") {
  CHECK(metrics::novel_captions({words("a dog"), words("a dog runs"), words("a cat")},
                                {words("a dog"), words("a dog runs fast")}) == 2);
}

TEST_CASE("distinct-n counts n-grams over words") {
  const std::vector<test::Sentence> captions{words("a dog runs"), words("a dog sits")};
  CHECK(metrics::distinct_n(captions, 1) == Approx(4.0 / 6));
  CHECK(metrics::distinct_n(captions, 2) == Approx(3.0 / 6));
  CHECK(metrics::distinct_n(captions, 4) == 0);
  CHECK(metrics::distinct_n({{}}, 1) == 0);
  REQUIRE_THROWS_TEXT(metrics::distinct_n(captions, 0), InvalidArgument,
                      "distinct_n: n must be at least 1; got 0");
}
