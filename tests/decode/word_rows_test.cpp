#include "decode/word_rows.h"

#include <algorithm>

#include "limn/core/error.h"
#include "limn/decode/search.h"
#include "support/catch.h"
#include "support/tensors.h"
#include "support/toy_decoder.h"

using namespace limn;
using decode::rows_of_words;

namespace {

// Word w as the row {w, factor · w}; notes what it is asked for.
struct Multiples {
  float factor;
  std::vector<std::vector<std::int32_t>> asked = {};

  Tensor operator()(std::span<const std::int32_t> words) {
    asked.emplace_back(words.begin(), words.end());
    Tensor rows(Shape{std::ssize(words), 2});
    float* to = rows.data<float>();
    for (const std::int32_t word : words) {
      *to++ = static_cast<float>(word);
      *to++ = factor * static_cast<float>(word);
    }
    return rows;
  }
};

std::vector<double> rows(Multiples& of, const std::vector<std::int32_t>& words) {
  return test::elements_of(rows_of_words(&of, words, std::ref(of)).to(DType::float64));
}

// Asks for the rows of its words at each step.
class Reader : public test::ToyDecoder {
 public:
  Reader() : ToyDecoder({.words = 6, .seed = 3}) {}

  Tensor step(decode::State& state, std::span<const std::int32_t> words) const override {
    const auto values = rows(read, {words.begin(), words.end()});
    for (std::size_t i = 0; i < words.size(); ++i)
      REQUIRE(values[2 * i + 1] == Approx(read.factor * static_cast<float>(words[i])));
    return ToyDecoder::step(state, words);
  }

  mutable Multiples read{2};
};

std::vector<std::int32_t> all_asked(const Multiples& of) {
  std::vector<std::int32_t> all;
  for (const auto& words : of.asked) all.insert(all.end(), words.begin(), words.end());
  std::sort(all.begin(), all.end());
  return all;
}

}  // namespace

TEST_CASE("a word's row is made once") {
  Multiples doubles{2}, triples{3};
  decode::WordRows made;
  const decode::WordRowsGuard guard(made);
  REQUIRE(rows(doubles, {5, 3, 5}) == std::vector<double>{5, 10, 3, 6, 5, 10});
  REQUIRE(rows(triples, {3}) == std::vector<double>{3, 9});
  REQUIRE(rows(doubles, {3, 0, 5, 0}) == std::vector<double>{3, 6, 0, 0, 5, 10, 0, 0});
  REQUIRE(rows(doubles, {5}) == std::vector<double>{5, 10});
  REQUIRE(doubles.asked == std::vector<std::vector<std::int32_t>>{{3, 5}, {0}});
  REQUIRE(triples.asked == std::vector<std::vector<std::int32_t>>{{3}});
}

TEST_CASE("no words have no rows") {
  Multiples doubles{2};
  decode::WordRows made;
  const decode::WordRowsGuard guard(made);
  REQUIRE(rows_of_words(&doubles, {}, std::ref(doubles)).shape() == Shape{0, 2});
}

TEST_CASE("without a guard rows are made as they are asked for") {
  Multiples doubles{2};
  {
    decode::WordRows made;
    const decode::WordRowsGuard guard(made);
    rows(doubles, {4});
  }
  REQUIRE(rows(doubles, {4, 4}) == std::vector<double>{4, 8, 4, 8});
  REQUIRE(doubles.asked == std::vector<std::vector<std::int32_t>>{{4}, {4, 4}});
}

TEST_CASE("a search reads each word once, the next search anew") {
  for (const int groups : {1, 2}) {
    const Reader decoder;
    const auto features = test::ToyDecoder::images(3);
    const decode::SearchOptions options{.beam = 4, .max_length = 7, .groups = groups};
    beam_search(decoder, features, options);
    const std::vector<std::int32_t> once = all_asked(decoder.read);
    REQUIRE(once.size() > 3);
    REQUIRE(std::adjacent_find(once.begin(), once.end()) == once.end());
    decoder.read = {5};
    beam_search(decoder, features, options);
    REQUIRE(all_asked(decoder.read) == once);
  }
}

TEST_CASE("a function of words that fails is asked again") {
  const auto fails = [](std::span<const std::int32_t>) -> Tensor { throw Error("no rows"); };
  Multiples doubles{2};
  {
    decode::WordRows made;
    const decode::WordRowsGuard guard(made);
    REQUIRE_THROWS_TEXT(rows_of_words(&doubles, std::vector<std::int32_t>{4}, fails), Error,
                        "no rows");
    REQUIRE(rows(doubles, {4}) == std::vector<double>{4, 8});
  }
  rows(doubles, {4});
  REQUIRE(doubles.asked == std::vector<std::vector<std::int32_t>>{{4}, {4}});
}
