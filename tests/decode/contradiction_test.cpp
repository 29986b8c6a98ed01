#include "limn/core/error.h"
#include "limn/core/generator.h"
#include "limn/decode/rules.h"
#include "support/catch.h"
#include "support/naive_rules.h"

using namespace limn;
using decode::find_contradiction;
using decode::Rules;
using test::Words;

namespace {

/// Whether words below 5 can go on from `words` to a caption, of which 3 and 4 are in no rule.
bool some_caption(const Words& words, const Rules& rules, std::int64_t max_length) {
  if (!test::begins_well(words, rules)) return false;
  if (test::ends_well(words, rules)) return true;
  for (std::int32_t word = 0; word < 5 && std::ssize(words) < max_length; ++word) {
    Words longer = words;
    longer.push_back(word);
    if (some_caption(longer, rules, max_length)) return true;
  }
  return false;
}

Words random_words(Generator& generator, std::int64_t least, std::int64_t most) {
  Words words(static_cast<std::size_t>(least + generator.below(most - least + 1)));
  for (auto& word : words) word = static_cast<std::int32_t>(generator.below(3));
  return words;
}

Rules random_rules(Generator& generator, int i) {
  Rules rules{.prefix = i % 3 == 0 ? random_words(generator, 1, 3) : Words{},
              .no_repeat = i % 4,
              .no_immediate_repeat = i % 5 < 2};
  if (i % 2 == 0) rules.bad_endings = {0};
  for (std::int64_t k = generator.below(4); k > 0; --k)
    rules.required.push_back(random_words(generator, 1, 3));
  return rules;
}

/// All that are `rules` without one of them.
std::vector<Rules> fewer(const Rules& rules) {
  std::vector<Rules> result;
  const auto without = [&](auto&& change) {
    result.push_back(rules);
    change(result.back());
  };
  if (!rules.prefix.empty()) without([](Rules& less) { less.prefix.clear(); });
  if (rules.no_repeat > 0) without([](Rules& less) { less.no_repeat = 0; });
  if (rules.no_immediate_repeat) without([](Rules& less) { less.no_immediate_repeat = false; });
  if (!rules.bad_endings.empty()) without([](Rules& less) { less.bad_endings.clear(); });
  for (std::ptrdiff_t k = 0; k < std::ssize(rules.required); ++k)
    without([&](Rules& less) { less.required.erase(less.required.begin() + k); });
  return result;
}

}  // namespace

TEST_CASE("a contradiction is found where no caption of all keeps to the rules") {
  Generator generator(5);
  int contradictions = 0;
  for (int i = 0; i < 120; ++i) {
    const Rules rules = random_rules(generator, i);
    const std::int64_t max_length = 3 + i % 3;
    CAPTURE(i, rules.prefix, rules.required, rules.no_repeat, rules.bad_endings, max_length);
    const bool found = find_contradiction(rules, max_length).has_value();
    REQUIRE(found != some_caption({}, rules, max_length));
    contradictions += found ? 1 : 0;
  }
  REQUIRE(contradictions > 20);
  REQUIRE(contradictions < 100);
}

TEST_CASE("of contradicting rules those are named that are needed for it") {
  Generator generator(6);
  for (int i = 0; i < 400; ++i) {
    const Rules rules = random_rules(generator, i);
    const auto found = find_contradiction(rules, 4);
    if (!found) continue;
    CAPTURE(i, rules.prefix, rules.required, rules.no_repeat, rules.bad_endings);
    const std::int64_t length = found->of_length ? found->at_least - 1 : 100;
    REQUIRE(length >= 4);
    REQUIRE(find_contradiction(found->rules, length));
    if (found->of_length) REQUIRE_FALSE(find_contradiction(found->rules, found->at_least));
    for (const Rules& less : fewer(found->rules))
      REQUIRE_FALSE(find_contradiction(less, found->of_length ? 4 : 100));
  }
}

TEST_CASE("phrases that share a word contradict that no word is said twice, unless they overlap") {
  const Rules apart{.no_repeat = 1, .required = {{1, 2}, {7}, {1, 3}}};
  const auto found = find_contradiction(apart, 20);
  REQUIRE(found);
  REQUIRE(found->rules.required == std::vector<Words>{{1, 2}, {1, 3}});
  REQUIRE(found->rules.no_repeat == 1);
  REQUIRE_FALSE(found->of_length);
  REQUIRE_FALSE(find_contradiction({.no_repeat = 1, .required = {{1, 2}, {7}, {2, 3}}}, 20));
  REQUIRE_FALSE(find_contradiction({.no_repeat = 2, .required = {{1, 2}, {7}, {1, 3}}}, 20));
}

TEST_CASE("an ending that must not be is a contradiction when no word fits after it") {
  const Rules rules{.bad_endings = {1}, .required = {{2, 1}}};
  REQUIRE_FALSE(find_contradiction(rules, 3));
  const auto found = find_contradiction(rules, 2);
  REQUIRE(found);
  REQUIRE(found->of_length);
  REQUIRE(found->at_least == 3);
  REQUIRE(find_contradiction({.prefix = {2, 1}, .bad_endings = {1}}, 2));
  REQUIRE_FALSE(find_contradiction({}, 1));
}

TEST_CASE("what many phrases leave undecided is no contradiction") {
  Rules rules{.no_repeat = 1};
  for (std::int32_t k = 0; k < 10; ++k) rules.required.push_back({k, k + 20});
  rules.required.push_back({50, 51});
  REQUIRE_FALSE(find_contradiction(rules, 100));
  rules.required.push_back({50, 52});
  REQUIRE_FALSE(find_contradiction(rules, 100));
  rules.required.push_back({53});
  REQUIRE_THROWS_TEXT(find_contradiction(rules, 100), InvalidArgument,
                      "search: at most 12 phrases can be required; got 13");
}
