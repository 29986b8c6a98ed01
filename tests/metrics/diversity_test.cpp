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

namespace {

// Three captions each; the references give the document frequency.
const std::vector<metrics::CaptionSample> kSamples{
    {words("a man riding a wave"), words("a man on a surfboard"),
     words("a surfer rides a big wave")},
    {words("a dog runs"), words("a dog runs"), words("a brown dog sits on grass")},
    {words("two people"), words("two people"), words("two people")},
    {words("cat"), words("tree house"), words("red")}};
const std::vector<metrics::CaptionSample> kReferences{
    {words("a man riding a wave on top of a surfboard"),
     words("a surfer rides a large wave in the ocean")},
    {words("a dog runs on the grass"), words("a brown dog is running through a field")},
    {words("two people sit at a table")},
    {words("a cat in a tree")}};

}  // namespace

TEST_CASE("self-CIDEr agrees with NumPy's eigenvalues of a CIDEr written from its definition") {
  const metrics::Score score = metrics::self_cider(kSamples, kReferences);
  REQUIRE(score.images.size() == 4);
  CHECK(score.images[0] == Approx(0.9245197011978318));
  CHECK(score.images[1] == Approx(0.5338470553226522));
  CHECK(score.images[2] == Approx(0).margin(1e-6));
  CHECK(score.images[3] == Approx(0.8022608122179903));
  CHECK(score.corpus == Approx((0.9245197011978318 + 0.5338470553226522 + 0.8022608122179903) / 4));
}

TEST_CASE("self-CIDEr spans 0 to 1") {
  const std::vector<metrics::CaptionSample> different{
      {words("b c d e"), words("f g h i"), words("j k l m")}};
  CHECK(metrics::self_cider(different, kReferences).corpus == Approx(1));
  CHECK(metrics::self_cider({{{}, {}}}, kReferences).corpus == 0);
  CHECK(metrics::self_cider({{words("b"), {}}}, kReferences).corpus == Approx(0).margin(1e-6));
}

TEST_CASE("self-CIDEr needs two captions of each image") {
  REQUIRE_THROWS_TEXT(metrics::self_cider({{words("a"), words("b")}, {words("a")}}, kReferences),
                      InvalidArgument, "self_cider: every image needs two captions; image 1 has 1");
  REQUIRE_THROWS_TEXT(metrics::self_cider({}, kReferences), InvalidArgument,
                      "self_cider: captions of at least one image are needed; got none");
  REQUIRE_THROWS_TEXT(metrics::self_cider(kSamples, {}), InvalidArgument,
                      "self_cider: references of at least one image are needed; got none");
}

TEST_CASE("mBLEU is the mean BLEU of a caption against the others") {
  const std::vector<metrics::CaptionSample> samples(kSamples.begin(), kSamples.begin() + 3);
  std::array<double, 4> expected{};
  std::array<double, 4> expected_first{};
  for (std::size_t k = 0; k < 3; ++k) {
    std::vector<metrics::Candidate> candidates;
    for (const auto& sample : samples)
      candidates.push_back({sample[k], {sample[(k + 1) % 3], sample[(k + 2) % 3]}});
    const auto bleu = metrics::bleu(candidates);
    for (std::size_t n = 0; n < 4; ++n) {
      expected[n] += bleu[n].corpus / 3;
      expected_first[n] += bleu[n].images[0] / 3;
    }
  }
  const auto mbleu = metrics::mbleu(samples);
  for (std::size_t n = 0; n < 4; ++n) {
    CHECK(mbleu[n].corpus == Approx(expected[n]));
    CHECK(mbleu[n].images[0] == Approx(expected_first[n]));
  }
  CHECK(mbleu[1].images[2] == Approx(1));
  REQUIRE_THROWS_TEXT(metrics::mbleu({{words("a"), words("b")}, {words("a")}}), InvalidArgument,
                      "mbleu: every image needs the same number of captions, at least two; image 0 "
                      "has 2, image 1 has 1");
  REQUIRE_THROWS_TEXT(metrics::mbleu({}), InvalidArgument,
                      "mbleu: captions of at least one image are needed; got none");
}
