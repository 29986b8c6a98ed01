#include "limn/text/tokenizer.h"

#include "limn/core/error.h"
#include "support/catch.h"
#include "text/utf8.h"

using namespace limn;

namespace {

using Words = std::vector<std::string>;

Words simple(std::string_view caption) { return text::make_tokenizer("simple")->split(caption); }

Words whitespace(std::string_view caption) {
  return text::make_tokenizer("whitespace")->split(caption);
}

}  // namespace

TEST_CASE("simple lowers the case and deletes punctuation") {
  REQUIRE(simple("A dog's ball, RED and black-and-white .") ==
          Words{"a", "dogs", "ball", "red", "and", "blackandwhite"});
  REQUIRE(simple(R"(a!"#$%&'()*+,-./:;<=>?@[\]^_`{|}~b)") == Words{"ab"});
  REQUIRE(simple("a - b") == Words{"a", "b"});
  REQUIRE(simple("  tabs\tand\r\nlines \n") == Words{"tabs", "and", "lines"});
}

TEST_CASE("whitespace changes no word") {
  REQUIRE(whitespace(" A dog's\tball , Ärger… ") == Words{"A", "dog's", "ball", ",", "Ärger…"});
}

TEST_CASE("captions without words") {
  for (const char* caption : {"", " ", " \t\n", "\xc2\xa0", "\xe3\x80\x80"}) {
    REQUIRE(simple(caption).empty());
    REQUIRE(whitespace(caption).empty());
  }
  REQUIRE(simple(" . ?! ").empty());
}

TEST_CASE("simple lowers letters of every script") {
  REQUIRE(simple("CAFÉ Über ÇA") == Words{"café", "über", "ça"});
  REQUIRE(simple("СОБАКА Ελλάδα") == Words{"собака", "ελλάδα"});
  REQUIRE(simple("\U00010400") == Words{"\U00010428"});
  REQUIRE(simple("\u212a") == Words{"k"});
  SECTION("special cases have their simple form") {
    REQUIRE(simple("ΟΔΟΣ İ ß") == Words{"οδοσ", "i", "ß"});
  }
}

TEST_CASE("characters beyond ASCII that are no white space stay") {
  REQUIRE(simple("一只狗。在草地上！") == Words{"一只狗。在草地上！"});
  REQUIRE(simple("A 🐶 runs 👨‍👩‍👧") ==
          Words{"a", "🐶", "runs", "👨‍👩‍👧"});
  REQUIRE(simple("“quoted” – so…") == Words{"“quoted”", "–", "so…"});
  REQUIRE(simple("e\u0301 \u200b") == Words{"e\u0301", "\u200b"});
}

TEST_CASE("words part at all white space of Unicode") {
  std::string caption;
  std::size_t count = 0;
  for (char32_t code = 0; code < 0x11000; ++code) {
    if (!text::is_white_space(code)) continue;
    caption += "Ab";
    text::append_character(code, caption);
    ++count;
  }
  REQUIRE(count == 29);
  REQUIRE(simple(caption) == Words(29, "ab"));
  REQUIRE(whitespace(caption) == Words(29, "Ab"));
}

TEST_CASE("control characters and a zero byte are kept") {
  const std::string caption{"a\0b \x1b \x7f", 7};
  REQUIRE(simple(caption) == Words{std::string("a\0b", 3), "\x1b", "\x7f"});
}

TEST_CASE("text that is not UTF-8 is refused with the byte") {
  for (const auto& name : text::tokenizer_names()) {
    const auto tokenizer = text::make_tokenizer(name);
    REQUIRE_THROWS_TEXT(tokenizer->split("a caf\xe9 in"), InvalidArgument,
                        "split: text must be UTF-8; byte 5 of 9, 0xe9, begins no character");
    const auto refused = [&](std::string_view caption, const std::string& place) {
      REQUIRE_THROWS_PART(tokenizer->split(caption), InvalidArgument, "; byte " + place + ",");
    };
    refused("\x80", "0 of 1");                  // a continuation without a beginning
    refused("ab\xe4\xb8", "2 of 4");            // cut off
    refused("a \xc0\xaf", "2 of 4");            // overlong
    refused("\xc3\xa9\xed\xa0\x80", "2 of 5");  // a surrogate
    refused("\xf4\x90\x80\x80", "0 of 4");      // beyond U+10FFFF
    refused("x\xff", "1 of 2");
  }
}

TEST_CASE("split words join to a caption that splits again") {
  for (const auto& name : text::tokenizer_names()) {
    const auto tokenizer = text::make_tokenizer(name);
    REQUIRE(tokenizer->name() == name);
    REQUIRE(tokenizer->join({}).empty());
    const Words words{"a", "café", "狗"};
    const bool east_asian = name == "characters" || name == "words";
    REQUIRE(tokenizer->join(words) == (east_asian ? "a café狗" : "a café 狗"));
    REQUIRE(tokenizer->split(tokenizer->join(words)) == words);
  }
}

TEST_CASE("an unknown tokenizer is refused with the known ones") {
  REQUIRE_THROWS_PART(text::make_tokenizer("moses"), InvalidArgument,
                      "make_tokenizer: \"moses\" is not known; there are simple, whitespace, ptb, "
                      "characters");
}
