#include "decode/word_rows.h"

#include "support/catch.h"
#include "support/tensors.h"

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
