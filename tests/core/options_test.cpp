#include "limn/core/options.h"

#include <cmath>
#include <limits>

#include "limn/core/error.h"
#include "support/catch.h"

using namespace limn;

namespace {

struct Sample {
  bool nesterov = false;
  std::int64_t hidden = 512;
  double rate = 0.5;
  std::string name = "adam";
  std::string folder = "out";
  std::vector<double> betas = {0.9, 0.999};
};

std::vector<Option> options_of(Sample& sample) {
  return {{"nesterov", &sample.nesterov, ""}, {"hidden", &sample.hidden, ""},
          {"rate", &sample.rate, ""},         {"name", &sample.name, "", {"adam", "sgd"}},
          {"folder", &sample.folder, ""},     {"betas", &sample.betas, ""}};
}

void set(Sample& sample, std::string_view name, std::string_view text) {
  set_option(options_of(sample), name, text, "recipe.toml");
}

}  // namespace

TEST_CASE("options are set from text of their type") {
  Sample sample;
  set(sample, "nesterov", "true");
  set(sample, "hidden", "-3");
  set(sample, "rate", "1e-3");
  set(sample, "name", "sgd");
  set(sample, "folder", "a folder = [1]");
  set(sample, "betas", "[0.5, 1,2e1 ]");
  REQUIRE(sample.nesterov);
  REQUIRE(sample.hidden == -3);
  REQUIRE(sample.rate == 1e-3);
  REQUIRE(sample.name == "sgd");
  REQUIRE(sample.folder == "a folder = [1]");
  REQUIRE(sample.betas == std::vector<double>{0.5, 1, 20});
  set(sample, "nesterov", "false");
  set(sample, "rate", "2");
  set(sample, "betas", "7");
  REQUIRE_FALSE(sample.nesterov);
  REQUIRE(sample.rate == 2);
  REQUIRE(sample.betas == std::vector<double>{7});
  set(sample, "betas", "[]");
  REQUIRE(sample.betas.empty());
}

TEST_CASE("the text of every option sets it again") {
  Sample sample;
  sample.nesterov = true;
  sample.hidden = std::numeric_limits<std::int64_t>::min();
  sample.rate = 0.1 + 0.2;
  sample.folder = " \"quoted\" ";
  sample.betas = {1.0 / 3, -0.0, 1e300, std::numeric_limits<double>::infinity()};
  Sample copy;
  for (const auto& [name, text] : option_texts(options_of(sample))) set(copy, name, text);
  REQUIRE(copy.nesterov);
  REQUIRE(copy.hidden == sample.hidden);
  REQUIRE(copy.rate == sample.rate);
  REQUIRE(copy.folder == sample.folder);
  REQUIRE(copy.betas == sample.betas);
  REQUIRE(std::signbit(copy.betas[1]));
}

TEST_CASE("options are written in order, as a recipe has them") {
  Sample sample;
  const std::vector<std::pair<std::string, std::string>> expected = {
      {"nesterov", "false"}, {"hidden", "512"}, {"rate", "0.5"},
      {"name", "adam"},      {"folder", "out"}, {"betas", "[0.9, 0.999]"}};
  REQUIRE(option_texts(options_of(sample)) == expected);
}

TEST_CASE("an unknown option suggests the nearest") {
  Sample sample;
  REQUIRE_THROWS_TEXT(set(sample, "hiden", "1"), InvalidArgument,
                      "recipe.toml: \"hiden\" is not known; did you mean \"hidden\"?");
  REQUIRE_THROWS_TEXT(set(sample, "xxxxxxxxxxxx", "1"), InvalidArgument,
                      "recipe.toml: \"xxxxxxxxxxxx\" is not known; there are nesterov, hidden, "
                      "rate, name, folder, betas");
}

TEST_CASE("text of another type is refused and changes nothing") {
  Sample sample;
  for (const char* text : {"", "1", "True", "yes", "true "}) {
    REQUIRE_THROWS_TEXT(
        set(sample, "nesterov", text), InvalidArgument,
        std::string("recipe.toml: nesterov must be true or false; got \"") + text + "\"");
  }
  for (const char* text : {"", "5.5", "1e3", " 7", "7 ", "seven", "9223372036854775808"}) {
    REQUIRE_THROWS_TEXT(
        set(sample, "hidden", text), InvalidArgument,
        std::string("recipe.toml: hidden must be a whole number; got \"") + text + "\"");
  }
  for (const char* text : {"", "0,5", "1.0.0", "0.5x", "1e999"}) {
    REQUIRE_THROWS_TEXT(set(sample, "rate", text), InvalidArgument,
                        std::string("recipe.toml: rate must be a number; got \"") + text + "\"");
  }
  for (const char* text : {"[0.9", "0.9]", "[0.9, x]", "[0.9,, 1]", "[,]", "0.9 1"}) {
    REQUIRE_THROWS_TEXT(
        set(sample, "betas", text), InvalidArgument,
        std::string("recipe.toml: betas must be a list of numbers; got \"") + text + "\"");
  }
  REQUIRE(sample.hidden == 512);
  REQUIRE(sample.rate == 0.5);
  REQUIRE(sample.betas == std::vector<double>{0.9, 0.999});
}

TEST_CASE("a choice that there is not names those that there are") {
  Sample sample;
  REQUIRE_THROWS_TEXT(set(sample, "name", "adagrad"), InvalidArgument,
                      "recipe.toml: name must be one of adam, sgd; got \"adagrad\"");
  REQUIRE(sample.name == "adam");
}
