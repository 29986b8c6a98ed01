#include "limn/decode/score.h"

#include "limn/core/error.h"
#include "support/catch.h"
#include "support/naive_search.h"
#include "support/toy_decoder.h"

using namespace limn;
using decode::GivenCaption;
using test::ToyDecoder;

TEST_CASE("each word and the end of a given caption have the step's log-probability") {
  for (const DType dtype : {DType::float32, DType::float64}) {
    const ToyDecoder decoder({.words = 5, .seed = 3, .dtype = dtype});
    const std::vector<GivenCaption> captions{
        {1, {2, 4, 1}}, {0, {3}}, {1, {}}, {1, {2, 4, 3, 3}}, {0, {1, 2}}};
    const auto scored = decode::score(decoder, ToyDecoder::images(3), captions);
    REQUIRE(scored.size() == captions.size());
    for (std::size_t i = 0; i < captions.size(); ++i) {
      std::vector<std::int32_t> words = captions[i].words, said;
      words.push_back(decoder.end());
      REQUIRE(scored[i].size() == words.size());
      const auto image = ToyDecoder::images(1, 1 + static_cast<float>(captions[i].image));
      for (std::size_t t = 0; t < words.size(); ++t) {
        const auto expected = test::next_log_probabilities(decoder, image, said);
        REQUIRE(scored[i][t] == expected[static_cast<std::size_t>(words[t])]);
        said.push_back(words[t]);
      }
    }
  }
}

namespace {

class OfTwoWords : public ToyDecoder {
 public:
  using ToyDecoder::ToyDecoder;
  std::int64_t longest() const override { return 2; }
};

}  // namespace

TEST_CASE("captions beyond what the decoder can say are refused before the first step") {
  const OfTwoWords decoder(test::ToyOptions{});
  const std::vector<GivenCaption> captions{{0, {1, 1}}, {0, {1, 1, 1}}};
  REQUIRE_THROWS_TEXT(decode::score(decoder, ToyDecoder::images(1), captions), InvalidArgument,
                      "score: caption 1 has 3 words; the model can say 2");
}

TEST_CASE("captions of images or words that there are not are refused") {
  const ToyDecoder decoder({.words = 4});
  const auto score = [&](GivenCaption caption) {
    decode::score(decoder, ToyDecoder::images(2), std::vector<GivenCaption>{{0, {1}}, caption});
  };
  REQUIRE_THROWS_TEXT(score({2, {1}}), InvalidArgument, "score: caption 1 is of image 2 of 2");
  REQUIRE_THROWS_TEXT(score({-1, {}}), InvalidArgument, "score: caption 1 is of image -1 of 2");
  REQUIRE_THROWS_TEXT(score({0, {1, 4}}), InvalidArgument,
                      "score: caption 1 has word 4; there are 4");
  REQUIRE(decode::score(decoder, ToyDecoder::images(2), {}).empty());
}
