#include <thread>

#include "limn/text/tokenizer.h"
#include "support/catch.h"

using namespace limn;

namespace {

using Words = std::vector<std::string>;

Words ptb(std::string_view caption) {
  static const auto tokenizer = text::make_tokenizer("ptb");
  return tokenizer->split(caption);
}

}  // namespace

TEST_CASE("ptb splits contractions") {
  REQUIRE(ptb("It's a man's, they don't, we’ll") ==
          Words{"it", "'s", "a", "man", "'s", "they", "do", "n't", "we", "'ll"});
  REQUIRE(ptb("cannot gonna 'twas y'all") ==
          Words{"can", "not", "gon", "na", "'t", "was", "y'", "all"});
  REQUIRE(ptb("rock 'n' roll at 5 o'clock in the '90s") ==
          Words{"rock", "'n'", "roll", "at", "5", "o'clock", "in", "the", "'90s"});
}

TEST_CASE("ptb removes punctuation and keeps other signs") {
  REQUIRE(ptb("\"A dog,\" (black-and-white) runs -- fast!") ==
          Words{"a", "dog", "-lrb-", "black-and-white", "-rrb-", "runs", "fast"});
  REQUIRE(ptb("wow!! & 10% @ $5 and/or") ==
          Words{"wow", "!!", "&", "10", "%", "@", "$", "5", "and/or"});
}

TEST_CASE("ptb keeps the period of abbreviations only") {
  REQUIRE(ptb("At 7:30 a.m. Mr. Smith of the U.S. left.") ==
          Words{"at", "7:30", "a.m.", "mr.", "smith", "of", "the", "u.s.", "left"});
  REQUIRE(ptb("No. 5, vitamin C.") == Words{"no.", "5", "vitamin", "c."});
  REQUIRE(ptb("plan B. The plan B. the") == Words{"plan", "b", "the", "plan", "b.", "the"});
}

TEST_CASE("ptb joins what belongs to a number by a no-break space") {
  REQUIRE(ptb("22 3/4 of (555) 123-4567") ==
          Words{"22\u00a03/4", "of", "-lrb-555-rrb-\u00a0123-4567"});
}

TEST_CASE("ptb takes line ends and control characters for blanks") {
  for (const std::string_view gap :
       {"\n", "\r\n", "\v", "\f", "\u2028", "\u2029", "\u0085", "\x1b"})
    REQUIRE(ptb("a" + std::string(gap) + "b.") == Words{"a", "b."});
  REQUIRE(ptb(std::string_view("a\0b \0", 5)) == Words{"a", "b"});
  REQUIRE(ptb("").empty());
  REQUIRE(ptb(" \n\u00a0 ").empty());
}

TEST_CASE("ptb lowers the case as Java") {
  REQUIRE(ptb("ΣΟΦΟΣ ΣΑΣ-Σ Σ İ STRASSE ß") ==
          Words{"σοφος", "σασ-ς", "σ", "i\u0307", "strasse", "ß"});
}

TEST_CASE("ptb deletes emoji, but not within an address") {
  REQUIRE(ptb("dog😀 a 🐶 b") == Words{"dog", "a", "b"});
  REQUIRE(ptb("http://😀") == Words{"http://😀"});
}

TEST_CASE("ptb puts contractions back") {
  const auto tokenizer = text::make_tokenizer("ptb");
  for (const std::string caption :
       {"the man's dog doesn't run", "they'll be at o'clock", "a 's b", "can't won't y' all 'd"}) {
    const Words words = tokenizer->split(caption);
    REQUIRE(tokenizer->split(tokenizer->join(words)) == words);
  }
  REQUIRE(tokenizer->join({"a", "man", "'s", "dog", "does", "n't", "run"}) ==
          "a man's dog doesn't run");
  REQUIRE(tokenizer->join({"run", "n't"}) == "run n't");
  REQUIRE(tokenizer->join({"'s"}) == "'s");
}

TEST_CASE("ptb is linear in the caption") {
  SECTION("of many words") {
    std::string caption;
    for (int i = 0; i < 100'000; ++i) caption += "dog's ";
    REQUIRE(ptb(caption).size() == 200'000);
  }
  SECTION("of pieces that could begin an address, a tag or a number") {
    for (const std::string piece :
         {"a,", "a.!", "<a ", "<!a", "5-", "www.", "a-b.", "A. ", "('", "a'"}) {
      std::string caption;
      for (int i = 0; i < 50'000; ++i) caption += piece;
      INFO(piece);
      REQUIRE(ptb(caption).size() > 0);
    }
  }
}

TEST_CASE("ptb works for several threads at once") {
  const auto tokenizer = text::make_tokenizer("ptb");
  std::vector<Words> found(4);
  std::vector<std::thread> threads;
  for (Words& words : found)
    threads.emplace_back([&] {
      for (int i = 0; i < 200; ++i) words = tokenizer->split("It's " + std::to_string(i) + " a.m.");
    });
  for (std::thread& thread : threads) thread.join();
  for (const Words& words : found) REQUIRE(words == Words{"it", "'s", "199", "a.m."});
}
