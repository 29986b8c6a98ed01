#include "metrics/meteor_normalizer.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "metrics/meteor_toy_data.h"
#include "support/catch.h"

using namespace limn;

namespace {

const metrics::MeteorData& toy_data() {
  static const test::TemporaryFolder folder;
  static const metrics::MeteorData data(test::ToyMeteorData().write(folder));
  return data;
}

std::string normal(std::string_view line) {
  return fmt::format("{}", fmt::join(metrics::normalize(line, toy_data()), " "));
}

}  // namespace

TEST_CASE("signs become words, letters small") {
  CHECK(normal("") == "");
  CHECK(normal(" \t ") == "");
  CHECK(normal("A Dog (black) runs!") == "a dog ( black ) runs !");
  CHECK(normal("50% off $5, c++ & c#_1") == "50 % off $ 5 , c + + & c # _ 1");
  CHECK(normal("Éa ÀŠŽ Привет") == "éa àšž привет");
  CHECK(normal("İstanbul") == "i̇stanbul");
  CHECK(normal("犬が Ελ ß×ø") == "犬 が ε λ ß × ø");
  CHECK(normal("a\U0001F600b") == "a \U0001F600 b");
}

TEST_CASE("a comma stays between digits") {
  CHECK(normal("a,b 1,000 1,b a,1 ,") == "a , b 1,000 1 , b a , 1 ,");
  // One pass takes both neighbours, so the next comma has lost its left one.
  CHECK(normal("a,b,c,d") == "a , b,c , d");
  CHECK(normal("ab,cd,ef") == "ab , cd , ef");
}

TEST_CASE("a hyphen between letters or digits goes") {
  CHECK(normal("a well-known 3-year-old -x y- --z") == "a well known 3 year old -x y- -z");
  CHECK(normal("a-b-c") == "a b-c");
  CHECK(normal("ab–cd") == "ab - cd");
}

TEST_CASE("an apostrophe goes with what follows") {
  CHECK(normal("it's isn't dogs' 'tis 5's 5'10") == "it 's isn 't dogs ' ' tis 5 's 5 ' 10");
  CHECK(normal("‘curly’ `back`") == "' curly ' ' back '");
  CHECK(normal("“a” ''b''") == "\" a \" \" b \"");
}

TEST_CASE("dots in a row are one word") {
  CHECK(normal("wait...what") == "wait ... what");
  CHECK(normal("wait..") == "wait ..");
  CHECK(normal("a....b.") == "a .... b .");
}

TEST_CASE("a period stays with what is no end of a sentence") {
  CHECK(normal("The U.S. dog.") == "the us dog .");
  CHECK(normal("Mr. Smith mr. Smith") == "mr. smith mr . smith");
  CHECK(normal("No. 5 No. Five No. five") == "no. 5 no . five no. five");
  CHECK(normal("the end. then") == "the end. then");
  CHECK(normal("3.5 .5 5.") == "3.5 .5 5 .");
  CHECK(normal(". . .") == ". . .");
}

TEST_CASE("blanks of all kinds separate") {
  CHECK(normal("22\u00a03/4") == "22 3 / 4");
  CHECK(normal("a\u2003b\u3000c\u202fd\u205fe\vf") == "a b c d e f");
  // But not for the period: it looks at the next word, which a no-break space is.
  CHECK(normal("a. b") == "a. b");
  CHECK(normal("a.\u00a0b") == "a . b");
}

TEST_CASE("control characters are words, but at the ends") {
  CHECK(metrics::normalize("\x07 a\x07"
                           "b \x1f\x07",
                           toy_data()) == std::vector<std::string>{"a", "\x07", "b"});
  CHECK(metrics::normalize("\x07", toy_data()).empty());
}
