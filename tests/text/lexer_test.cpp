#include "text/lexer.h"

#include "support/catch.h"

using namespace limn;
using text::LexerRule;

namespace {

// What the rules make of a text: actions and lengths.
std::vector<std::pair<int, std::size_t>> matches(std::vector<LexerRule> rules,
                                                 std::u32string_view text,
                                                 const text::Patterns& patterns) {
  const text::Lexer lexer(rules, patterns);
  text::LexerRun run(lexer);
  run.start(text);
  std::vector<std::pair<int, std::size_t>> result;
  for (std::size_t at = 0; at < text.size(); at += result.back().second) {
    const text::Match match = run.match(at);
    result.emplace_back(match.action, match.length);
  }
  return result;
}

std::vector<std::pair<int, std::size_t>> matches(std::vector<LexerRule> rules,
                                                 std::u32string_view text) {
  return matches(std::move(rules), text, text::Patterns(false));
}

// How much of `text` the pattern matches; 0: nothing.
std::size_t matched(std::string_view pattern, std::u32string_view text, bool ignore_case = false) {
  const auto found = matches({{1, pattern}, {0, "."}}, text, text::Patterns(ignore_case)).front();
  return found.first == 1 ? found.second : 0;
}

using Pairs = std::vector<std::pair<int, std::size_t>>;

}  // namespace

TEST_CASE("patterns match what they say") {
  REQUIRE(matched("abc", U"abcd") == 3);
  REQUIRE(matched("ab|abcd|x", U"abcd") == 4);
  REQUIRE(matched("a*b", U"aaab") == 4);
  REQUIRE(matched("a*b", U"b") == 1);
  REQUIRE(matched("a+b", U"b") == 0);
  REQUIRE(matched("a?b", U"ab") == 2);
  REQUIRE(matched("(ab)+", U"ababa") == 4);
  REQUIRE(matched("a{2}", U"aaa") == 2);
  REQUIRE(matched("a{2}", U"a") == 0);
  REQUIRE(matched("a{1,3}", U"aaaaa") == 3);
  REQUIRE(matched("x(a|b){0,2}", U"xabab") == 3);
  REQUIRE(matched("[a-c_\\-]+", U"ab-_cd") == 5);
  REQUIRE(matched("[^a-c]+", U"x狗\U0001f600a") == 3);
  REQUIRE(matched("\\u72d7\\.", U"狗.") == 2);
  REQUIRE(matched(".", U"\U0001f600") == 1);
}

TEST_CASE("case is ignored in words and not in sets") {
  REQUIRE(matched("mr", U"MR", true) == 2);
  REQUIRE(matched("[M]r", U"MR", true) == 2);
  REQUIRE(matched("[M]r", U"mR", true) == 0);
  REQUIRE(matched("mr", U"MR", false) == 0);
}

TEST_CASE("names stand for patterns and sets") {
  text::Patterns patterns(false);
  patterns.define("vowel", text::CharacterSet{{'a', 'a'}, {'e', 'e'}});
  patterns.define("two", "{vowel}{2}");
  REQUIRE(matches({{1, "{two}x"}, {2, "[{vowel}x]+"}}, U"aexxe", patterns) == Pairs{{2, 5}});
  REQUIRE(matches({{1, "{two}x"}, {2, "[^{vowel}]"}, {3, "."}}, U"eexy", patterns) ==
          Pairs{{1, 3}, {2, 1}});
}

TEST_CASE("the longest match wins, of equal ones the first rule") {
  REQUIRE(matches({{1, "ab"}, {2, "abc"}, {3, "[a-z]"}}, U"abcabd") ==
          Pairs{{2, 3}, {1, 2}, {3, 1}});
  REQUIRE(matches({{1, "[a-z]+"}, {2, "if"}}, U"if") == Pairs{{1, 2}});
  REQUIRE(matches({{2, "if"}, {1, "[a-z]+"}}, U"if") == Pairs{{2, 2}});
}

TEST_CASE("what follows counts for the choice and stays for the next match") {
  REQUIRE(matches({{1, "a+", "b"}, {2, "aa"}, {3, "."}}, U"aab") == Pairs{{1, 2}, {3, 1}});
  REQUIRE(matches({{1, "a+", "b"}, {2, "aa"}, {3, "."}}, U"aac") == Pairs{{2, 2}, {3, 1}});
  SECTION("the token is as long as what follows allows") {
    REQUIRE(matches({{1, "[a-z]+", "[a-z]{2}"}, {2, "[a-z]"}}, U"abcd") ==
            Pairs{{1, 2}, {2, 1}, {2, 1}});
    REQUIRE(matches({{1, "a+", "a*b"}, {2, "b"}}, U"aaab") == Pairs{{1, 3}, {2, 1}});
  }
}

TEST_CASE("what is read in vain is read once") {
  // Each a reads on to the end in search of the x that never comes.
  const std::u32string text(200'000, U'a');
  REQUIRE(matches({{1, "a+x"}, {2, "a"}}, text).size() == text.size());
  SECTION("and found when it is there") {
    REQUIRE(matches({{1, "a+x"}, {2, "a"}}, text + U'x') == Pairs{{1, text.size() + 1}});
    std::u32string twice(100, U'a');
    twice += U"b" + std::u32string(100, U'a') + U"x";
    const auto found = matches({{1, "a+x"}, {2, "[ab]"}}, twice);
    REQUIRE(found.size() == 102);
    REQUIRE(found.back() == std::pair<int, std::size_t>{1, 101});
  }
}
