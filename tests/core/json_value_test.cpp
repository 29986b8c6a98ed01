#include "core/json_value.h"

#include <cmath>
#include <limits>

#include "limn/core/error.h"
#include "support/catch.h"

using namespace limn;

namespace {

const json& example() {
  static const json value = json::parse(R"({"name": "x", "size": 3, "big": 18446744073709551615,
      "list": [1, "a", true], "inner": {"a": "b", "rate": 0.5}, "negative": -1})");
  return value;
}

JsonValue root() { return {example(), "f"}; }

}  // namespace

TEST_CASE("values of JSON are read as what they are") {
  REQUIRE(root().at("name").text() == "x");
  REQUIRE(root().at("size").integer() == 3);
  REQUIRE(root().at("size").number() == 3);
  REQUIRE(root().at("negative").integer() == -1);
  REQUIRE(root().at("big").natural() == std::numeric_limits<std::uint64_t>::max());
  REQUIRE(root().at("list").at(2).flag());
  REQUIRE(root().at("list").items().size() == 3);
  REQUIRE(root().at("inner").at("rate").any_number() == 0.5);
  REQUIRE(root().members().size() == 6);
  REQUIRE(root().has("name"));
  REQUIRE_FALSE(root().has("nam"));
  REQUIRE_FALSE(root().at("list").has("0"));
}

TEST_CASE("values of another kind are named with file and place") {
  const auto refused = [](const auto& read, const std::string& text) {
    REQUIRE_THROWS_TEXT(read(root()), IoError, "f: its description is damaged: " + text);
  };
  refused([](const JsonValue& v) { return v.text(); },
          "it must be text; it is "
          "{\"big\":18446744073709551615,\"inner\":{\"a\":\"b\",\"rate\":0.5},\"li…");
  refused([](const JsonValue& v) { return v.at("nam"); }, "nam is missing");
  refused([](const JsonValue& v) { return v.at("inner").at("x"); }, "inner.x is missing");
  refused([](const JsonValue& v) { return v.at("size").at("x"); },
          "size must be an object; it is 3");
  refused([](const JsonValue& v) { return v.at("size").text(); }, "size must be text; it is 3");
  refused([](const JsonValue& v) { return v.at("big").integer(); },
          "big must be a whole number; it is 18446744073709551615");
  refused([](const JsonValue& v) { return v.at("inner").at("rate").integer(); },
          "inner.rate must be a whole number; it is 0.5");
  refused([](const JsonValue& v) { return v.at("negative").natural(); },
          "negative must be a whole number from 0; it is -1");
  refused([](const JsonValue& v) { return v.at("name").number(); },
          "name must be a number; it is \"x\"");
  refused([](const JsonValue& v) { return v.at("list").at(0).flag(); },
          "list[0] must be true or false; it is 1");
  refused([](const JsonValue& v) { return v.at("list").at(3); },
          "list must be a list of over 3; it is [1,\"a\",true]");
  refused([](const JsonValue& v) { return v.at("name").items(); },
          "name must be a list; it is \"x\"");
  refused([](const JsonValue& v) { return v.at("list").texts(); }, "list[0] must be text; it is 1");
  refused([](const JsonValue& v) { return v.at("inner").named_texts(); },
          "inner.rate must be text; it is 0.5");
}

TEST_CASE("a long value is cut between characters") {
  const json value = std::string(70, 'a').replace(57, 13, "éé");
  REQUIRE_THROWS_TEXT(
      JsonValue(value, "f", "the list").number(), IoError,
      "f: the list is damaged: it must be a number; it is \"" + std::string(57, 'a') + "é…");
}

TEST_CASE("numbers that JSON has not are text") {
  const double infinity = std::numeric_limits<double>::infinity();
  for (const double value : {0.1, -infinity, infinity, 1e300}) {
    const json written = json::parse(json_number(value).dump());
    REQUIRE(JsonValue(written, "f").any_number() == value);
  }
  const json nan = json_number(std::nan(""));
  REQUIRE(std::isnan(JsonValue(nan, "f").any_number()));
  for (const char* text : {"", "x", "0.5", "inf ", "1e999"}) {
    const json other = text;
    REQUIRE_THROWS_PART(JsonValue(other, "f").any_number(), IoError, "it must be a number; it is");
  }
  const json written = json_number(infinity);
  REQUIRE_THROWS_AS(JsonValue(written, "f").number(), IoError);
}
