#include "decode/required_phrases.h"

#include "limn/core/error.h"
#include "limn/core/generator.h"
#include "support/catch.h"
#include "support/naive_rules.h"

using namespace limn;
using decode::RequiredPhrases;
using test::Words;

TEST_CASE("phrases overlap with what was said and with each other") {
  const RequiredPhrases phrases({{1, 2, 3}, {3, 4}, {2}});
  REQUIRE(phrases.needed(Words{}) == 4);
  REQUIRE(phrases.needed(Words{1, 2}) == 2);
  REQUIRE(phrases.needed(Words{3}) == 4);
  REQUIRE(phrases.needed(Words{3, 4, 1}) == 2);
  REQUIRE(phrases.needed(Words{1, 2, 3, 5, 3, 4}) == 0);
  REQUIRE(phrases.needed_after_others(Words{1, 2}) == 4);
  REQUIRE(phrases.words() == Words{1, 2, 3, 4});
  REQUIRE(phrases.next(Words{1, 2}) == Words{1, 3});
  REQUIRE(phrases.next(Words{1, 2, 3}) == Words{3, 4});
  REQUIRE(RequiredPhrases({}).empty());
}

TEST_CASE("the words needed are the fewest over all orders of the phrases") {
  Generator generator(3);
  const auto random = [&](std::int64_t most) {
    Words words(static_cast<std::size_t>(1 + generator.below(most)));
    for (auto& word : words) word = static_cast<std::int32_t>(generator.below(3));
    return words;
  };
  for (int i = 0; i < 500; ++i) {
    decode::Rules rules;
    for (std::int64_t k = 0; k <= i % 5; ++k) rules.required.push_back(random(4));
    const Words said = random(6);
    const RequiredPhrases phrases(rules.required);
    CAPTURE(i);
    REQUIRE(phrases.needed(said) == static_cast<std::int64_t>(test::words_needed(said, rules)));
    Words other = said;
    other.push_back(99);
    REQUIRE(phrases.needed_after_others(said) == phrases.needed(other));
  }
}

TEST_CASE("phrases that are part of others count once, and there is a limit") {
  std::vector<Words> many(20, Words{4});
  REQUIRE(RequiredPhrases(many).needed(Words{}) == 1);
  many.clear();
  for (std::int32_t word = 0; word < 13; ++word) many.push_back({word});
  REQUIRE_THROWS_TEXT(RequiredPhrases(many), InvalidArgument,
                      "search: at most 12 phrases can be required; got 13");
  REQUIRE_THROWS_TEXT(RequiredPhrases(std::vector<Words>(1)), InvalidArgument,
                      "search: a required phrase must have at least one word; got none");
}
