#include "core/nearest.h"

#include <vector>

#include "support/catch.h"

using limn::nearest_name;
using limn::unknown_name;

TEST_CASE("the nearest name is the one with the fewest edits") {
  const std::vector<std::string> names = {"hidden", "embedding", "layers", "dropout_input"};
  REQUIRE(nearest_name("hiden", names) == "hidden");    // deleted
  REQUIRE(nearest_name("hiddden", names) == "hidden");  // inserted
  REQUIRE(nearest_name("layerz", names) == "layers");   // replaced
  REQUIRE(nearest_name("hidden", names) == "hidden");
  REQUIRE(nearest_name("drop_input", names) == "dropout_input");
}

TEST_CASE("of equally near names the first is taken") {
  REQUIRE(nearest_name("bat", std::vector<std::string>{"cat", "hat"}) == "cat");
}

TEST_CASE("a name is only suggested when at most half of the word is wrong") {
  const std::vector<std::string> names = {"abcdef"};
  REQUIRE(nearest_name("abcxyz", names) == "abcdef");
  REQUIRE(nearest_name("abwxyz", names).empty());
  REQUIRE(nearest_name("abx", std::vector<std::string>{"abc"}) == "abc");
  REQUIRE(nearest_name("word", {}).empty());
  REQUIRE(nearest_name("", names).empty());
}

TEST_CASE("an unknown name is answered with the nearest, or with all") {
  const std::vector<std::string> names{"hidden", "layers"};
  REQUIRE(unknown_name("hiden", names) == "\"hiden\" is not known; did you mean \"hidden\"?");
  REQUIRE(unknown_name("x", names) == "\"x\" is not known; there are hidden, layers");
}
