#include "text/toml_text.h"

#include "limn/core/error.h"
#include "support/catch.h"

using namespace limn;
using text::read_toml_text;
using text::toml_text;
using text::TomlText;

TEST_CASE("a basic string of TOML escapes quotes, backslashes and control characters") {
  REQUIRE(toml_text("") == R"("")");
  REQUIRE(toml_text("run#1") == R"("run#1")");
  REQUIRE(toml_text(R"(C:\a "b")") == R"("C:\\a \"b\"")");
  REQUIRE(toml_text("a\tb\nc\rd\be\ff") == R"("a\tb\nc\rd\be\ff")");
  REQUIRE(toml_text(std::string("\0\x01\x7F", 3)) == R"("\u0000\u0001\u007F")");
  REQUIRE(toml_text("größe 犬") == "\"größe 犬\"");
}

TEST_CASE("every text comes back from its basic string, whatever follows it") {
  std::string bytes;
  for (int c = 0; c < 256; ++c) bytes += static_cast<char>(c);
  for (const std::string& text :
       {bytes, std::string(), std::string("#"), std::string("\\"), std::string("\"\"\""),
        std::string("\\u0041"), std::string(" [a], 'b' = c "), std::string("größe 犬 🐕")}) {
    const std::string line = toml_text(text);
    REQUIRE(line.find('\n') == std::string::npos);
    const TomlText read = read_toml_text(line + " # \"more\"");
    REQUIRE(read.value == text);
    REQUIRE(read.size == line.size());
  }
}

TEST_CASE("escapes of characters by number become UTF-8") {
  REQUIRE(read_toml_text(R"("\u0041\u00e9\u72AC\U0001F415")").value == "Aé犬🐕");
}

TEST_CASE("a literal string has no escapes") {
  const TomlText read = read_toml_text(R"('C:\new "a" #1' # comment)");
  REQUIRE(read.value == R"(C:\new "a" #1)");
  REQUIRE(read.size == 15);
}

TEST_CASE("what is no text of TOML is refused") {
  REQUIRE_THROWS_TEXT(read_toml_text("runs"), InvalidArgument,
                      "a text begins with a quote; got \"runs\"");
  for (const char* open : {"\"", "'", "\"runs", "'runs\"", R"("runs\")"})
    REQUIRE_THROWS_TEXT(read_toml_text(open), InvalidArgument, "a text is not closed by its quote");
  REQUIRE_THROWS_TEXT(read_toml_text(R"("C:\data")"), InvalidArgument,
                      R"(\d is no escape of TOML; write \\ for a backslash, or the text in single )"
                      "quotes");
  for (const char* digits : {"D800", "00g0", "12", "-123"})
    REQUIRE_THROWS_PART(read_toml_text("\"\\u" + std::string(digits) + "\""), InvalidArgument,
                        "is no character; TOML wants 4 hexadecimal digits of one");
  REQUIRE_THROWS_PART(read_toml_text(R"("\U00110000")"), InvalidArgument,
                      R"(\U00110000 is no character; TOML wants 8 hexadecimal digits of one)");
}
