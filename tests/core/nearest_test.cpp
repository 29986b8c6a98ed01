#include "core/nearest.h"

#include <vector>

#include "support/catch.h"

using limn::nearest_name;
using limn::unknown_key;
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

TEST_CASE("an unknown key is answered with its section's, or with the sections") {
  const std::vector<std::string> names{"train.epochs", "train.batch", "reward.from_epoch",
                                       "reward.share", "search.beam"};
  const auto answer = [&](const std::string& key) {
    const std::string text = unknown_key(key, names), begin = "\"" + key + "\" is not known; ";
    REQUIRE(text.starts_with(begin));
    return text.substr(begin.size());
  };
  REQUIRE(answer("reward.fro") == "reward has from_epoch, share");
  REQUIRE(answer("reward.form_epoch") == "did you mean \"reward.from_epoch\"?");
  REQUIRE(answer("reward.beam") == "did you mean \"search.beam\"?");
  REQUIRE(answer("epochs") == "did you mean \"train.epochs\"?");
  REQUIRE(answer("trian.epoch") == "did you mean \"train.epochs\"?");
  REQUIRE(answer("zebra.fish") == "there are the sections train, reward, search");
}
