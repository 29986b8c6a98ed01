#include "core/json.h"

#include "limn/core/error.h"
#include "support/catch.h"

using namespace limn;

TEST_CASE("JSON is parsed") {
  REQUIRE(parse_json(R"({"a": [1, 2.5, "x\"]"]})", "f")["a"][2] == "x\"]");
}

TEST_CASE("JSON that ends early or is none is refused at the place") {
  REQUIRE_THROWS_TEXT(parse_json("[1, 2", "some/file"), IoError,
                      "some/file: its JSON ends too early, after 5 bytes");
  REQUIRE_THROWS_TEXT(parse_json("", "f"), IoError, "f: its JSON ends too early, after 0 bytes");
  REQUIRE_THROWS_TEXT(parse_json("[\"a", "f"), IoError,
                      "f: its JSON ends too early, after 3 bytes");
  REQUIRE_THROWS_TEXT(parse_json("[1] x", "f"), IoError, "f: no valid JSON at byte 5 of 5");
  REQUIRE_THROWS_TEXT(parse_json("\"\xc3\x28\"", "f"), IoError, "f: no valid JSON at byte 3 of 4");
}

TEST_CASE("JSON may be nested 64 levels deep") {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  REQUIRE_NOTHROW(parse_json(nested(64), "f"));
  REQUIRE_THROWS_TEXT(parse_json(nested(65), "f"), IoError,
                      "f: JSON nested deeper than 64 levels at byte 64");
  REQUIRE_THROWS_TEXT(parse_json(nested(1'000'000), "f"), IoError,
                      "f: JSON nested deeper than 64 levels at byte 64");
  REQUIRE_NOTHROW(parse_json("\"" + std::string(1000, '[') + "\\\"" + std::string(9, '[') + "\"",
                             "f"));  // not in a text
}

TEST_CASE("a number beyond double is refused") {
  REQUIRE_THROWS_TEXT(parse_json("[1e400]", "f"), IoError,
                      "f: JSON with a number that is too large");
}
