#include <limits>

#include "limn/core/error.h"
#include "limn/decode/sample.h"
#include "limn/decode/sample_distinct.h"
#include "limn/decode/search.h"
#include "support/catch.h"
#include "support/toy_decoder.h"

using namespace limn;
using decode::SearchOptions;
using test::FixedDecoder;
using test::ToyDecoder;

namespace {

void search(const SearchOptions& options) {
  decode::beam_search(ToyDecoder({}), ToyDecoder::images(1), options);
}

void search(const Tensor& scores) {
  decode::beam_search(FixedDecoder(scores), ToyDecoder::images(2));
}

/// Whose table of positions ends after the end of three words.
class LimitedDecoder : public ToyDecoder {
 public:
  using ToyDecoder::ToyDecoder;
  std::int64_t longest() const override { return 3; }
};

}  // namespace

TEST_CASE("search options out of range are named with their value") {
  REQUIRE_THROWS_TEXT(search({.beam = 0}), InvalidArgument,
                      "search: beam must be at least 1; got 0");
  REQUIRE_THROWS_TEXT(search({.beam = 3, .n_best = 4}), InvalidArgument,
                      "search: n_best must be in [1, beam = 3]; got 4");
  REQUIRE_THROWS_TEXT(search({.max_length = 0}), InvalidArgument,
                      "search: max_length must be at least 1; got 0");
  REQUIRE_THROWS_TEXT(search({.max_length = 5, .min_length = 6}), InvalidArgument,
                      "search: min_length must be in [0, max_length = 5]; got 6");
  REQUIRE_THROWS_TEXT(search({.length_penalty = std::numeric_limits<double>::infinity()}),
                      InvalidArgument, "search: length_penalty must be finite; got inf");
  REQUIRE_THROWS_TEXT(search({.forbidden = {1, 4}}), InvalidArgument,
                      "search: forbidden word 4 is not in [0, 4)");
  REQUIRE_THROWS_TEXT(search({.forbidden = {0}}), InvalidArgument,
                      "search: the end, word 0, cannot be forbidden; use min_length to put it off");
}

TEST_CASE("groups and diversity out of range are named with their value") {
  REQUIRE_THROWS_TEXT(search({.beam = 5, .groups = 2}), InvalidArgument,
                      "search: groups must divide beam = 5; got 2");
  REQUIRE_THROWS_TEXT(search({.groups = 0}), InvalidArgument,
                      "search: groups must divide beam = 3; got 0");
  REQUIRE_THROWS_TEXT(search({.diversity = -1}), InvalidArgument,
                      "search: diversity must be at least 0 and finite; got -1");
}

namespace {

void refuse_rules(const decode::Rules& rules, const std::string& text) {
  REQUIRE_THROWS_TEXT(search({.max_length = 4, .forbidden = {3}, .rules = rules}), InvalidArgument,
                      text);
}

}  // namespace

TEST_CASE("rules that no caption can keep to are refused with the word") {
  refuse_rules({.prefix = {1, 4}}, "search: prefix word 4 is not in [0, 4)");
  refuse_rules({.prefix = {1, 0}}, "search: the prefix cannot hold word 0, which is the end");
  refuse_rules({.prefix = {3}}, "search: the prefix cannot hold word 3, which is forbidden");
  refuse_rules({.prefix = {1, 1, 1, 1, 1}},
               "search: the prefix must fit into max_length = 4 words; it has 5");
  refuse_rules({.no_repeat = -1}, "search: no_repeat must be at least 0; got -1");
  refuse_rules({.bad_endings = {-1}}, "search: bad ending word -1 is not in [0, 4)");
  refuse_rules({.bad_endings = {0}}, "search: the end, word 0, cannot be a bad ending");
  refuse_rules({.required = {{1}, {9}}}, "search: required word 9 is not in [0, 4)");
  refuse_rules({.required = {{1, 0}}}, "search: word 0 cannot be required, it is the end");
  refuse_rules({.required = {{3}}}, "search: word 3 cannot be required, it is forbidden");
  refuse_rules({.no_repeat = 2, .required = {{1}, {1, 2, 1, 2}}},
               "search: no caption can keep to required [1, 2, 1, 2] and no_repeat = 2");
  refuse_rules({.no_immediate_repeat = true, .required = {{2, 1, 1}}},
               "search: no caption can keep to required [2, 1, 1] and no_immediate_repeat");
  refuse_rules({.prefix = {1, 1}, .required = {{1, 2}, {1, 1}, {1, 2, 2, 1}}},
               "search: no caption can keep to required [1, 1] and required [1, 2, 2, 1] and "
               "max_length = 4; that takes at least 5 words");
  refuse_rules({.prefix = {1, 2, 1, 2}, .bad_endings = {2}},
               "search: no caption can keep to prefix = [1, 2, 1, 2] and bad_endings and "
               "max_length = 4; that takes at least 5 words");
}

TEST_CASE("an end outside the vocabulary is refused") {
  REQUIRE_THROWS_TEXT(decode::greedy(ToyDecoder({.end = 4}), ToyDecoder::images(1)),
                      InvalidArgument,
                      "search: the end word must be in [0, 4); the decoder's is 4");
}

TEST_CASE("scores of another shape or dtype are refused") {
  REQUIRE_THROWS_TEXT(search(Tensor::zeros(Shape{2, 5})), InvalidArgument,
                      "search: a step must give float32 or float64 log-probabilities [2, 4]; got "
                      "float32 [2, 5]");
  REQUIRE_THROWS_TEXT(search(Tensor::zeros(Shape{2, 4}, DType::int32)), InvalidArgument,
                      "search: a step must give float32 or float64 log-probabilities [2, 4]; got "
                      "int32 [2, 4]");
}

TEST_CASE("NaN and logits are refused with the word") {
  Tensor scores = Tensor::full(Shape{2, 4}, -1);
  scores.data<float>()[6] = std::numeric_limits<float>::quiet_NaN();
  REQUIRE_THROWS_TEXT(search(scores), NumericalError,
                      "search: the score of word 2 after 0 words is NaN (row 1); do the weights or "
                      "the features hold NaN or infinity?");
  scores.data<float>()[6] = 2.5;
  REQUIRE_THROWS_TEXT(search(scores), InvalidArgument,
                      "search: a step must give log-probabilities, at most 0; word 2 has 2.5 (a "
                      "log-softmax is missing?)");
}

TEST_CASE("a search for longer captions than the decoder can say is refused before a step") {
  const LimitedDecoder decoder(test::ToyOptions{});
  const auto images = ToyDecoder::images(1);
  Generator generator;
  const std::string words =
      " is beyond the longest caption that the model can say, of 3 words; lower it";
  REQUIRE(decode::beam_search(decoder, images, {.max_length = 3}).size() == 1);
  decoder.steps = 0;
  REQUIRE_THROWS_TEXT(decode::beam_search(decoder, images, {.max_length = 4}), InvalidArgument,
                      "search: max_length = 4" + words);
  // What is cut needs no step for its end.
  REQUIRE_THROWS_TEXT(
      decode::beam_search(decoder, images, {.max_length = 5, .at_limit = decode::AtLimit::keep}),
      InvalidArgument, "search: max_length = 5" + words);
  REQUIRE_THROWS_TEXT(decode::sample(decoder, images, generator, {.max_length = 5}),
                      InvalidArgument, "search: max_length = 5" + words);
  REQUIRE_THROWS_TEXT(decode::sample_distinct(decoder, images, generator, {.max_length = 5}),
                      InvalidArgument, "search: max_length = 5" + words);
  REQUIRE(decoder.steps == 0);
  decode::sample(decoder, images, generator, {.samples = 20, .max_length = 4});
  REQUIRE(decoder.steps <= 4);
}
