#include "limn/train/recipe.h"

#include "cli/limn_program.h"
#include "support/golden.h"

using namespace limn;
using namespace limn::test;

namespace {

// The one line that training with this recipe ends with, as wrong usage.
void require_wrong(const std::string& recipe, const std::string& line) {
  const TemporaryFolder folder;
  folder.write("recipe.toml", recipe);
  require_failure(run(folder, {"train", "recipe.toml"}), 2, line);
}

}  // namespace

TEST_CASE("a missing recipe is named") {
  const TemporaryFolder folder;
  require_failure(
      run(folder, {"train", "absent.toml"}), 1,
      "absent.toml: cannot be read; give a recipe file, such as one of examples/recipes");
}

TEST_CASE("the recipes of the examples have keys that are known, and name their captions") {
  std::size_t recipes = 0;
  for (const auto& entry : fs::directory_iterator(kGolden / "../../examples/recipes")) {
    const TemporaryFolder folder;
    INFO(entry.path());
    require_failure(run(folder, {"train", fs::canonical(entry.path()).string(), "--data.captions",
                                 "absent.json"}),
                    1, "absent.json: cannot be opened (No such file or directory)");
    ++recipes;
  }
  REQUIRE(recipes >= 10);
}

TEST_CASE("an unknown recipe key suggests the nearest") {
  require_wrong("[train]\nepoch = 3\n",
                "recipe.toml: \"train.epoch\" is not known; did you mean \"train.epochs\"?");
  require_wrong("[model]\nhiden = 3\n",
                "recipe.toml: \"model.hiden\" is not known; did you mean \"model.hidden\"?");
  const TemporaryFolder folder;
  folder.write("recipe.toml", "[train]\nepochs = 3\n");
  require_failure(run(folder, {"train", "recipe.toml", "--train.epoch", "2"}), 2,
                  "recipe.toml and flags: \"train.epoch\" is not known; did you mean "
                  "\"train.epochs\"?");
  require_failure(run(folder, {"train", "recipe.toml", "--train.epochs"}), 2,
                  "--train.epochs needs a value");
}

TEST_CASE("an unknown key of the encoder is refused like every other") {
  require_wrong("[data]\nfeatures = \"f\"\n[encoder]\ntrain_form = 3\n",
                "recipe.toml: \"encoder.train_form\" is not known; did you mean "
                "\"encoder.train_from\"?");
  require_wrong("[encoder]\nname = \"small_cnn\"\nsode = 32\n",
                "recipe.toml: \"encoder.sode\" is not known; did you mean \"encoder.side\"?");
}

TEST_CASE("the recipe that a run keeps is read as it was, whatever its texts hold") {
  for (const std::string name : {"run#1", "a \"b\" 'c'", "back\\slash\\", "[x], y = z # w", "'",
                                 "größe 犬", " blanks ", "\\u0041", "1", "true"}) {
    INFO(name);
    const TemporaryFolder folder;
    const train::Recipe recipe = train::make_recipe({{"data.captions", name}}, "test");
    folder.write("recipe.toml", train::recipe_text(recipe));
    const Outcome outcome = run(folder, {"train", "recipe.toml"});
    CHECK(outcome.status == 1);
    CHECK(outcome.err.starts_with("limn: " + name + ": "));
  }
}

TEST_CASE("a recipe that is no TOML is refused with the line") {
  require_wrong("[train]\n\nepochs\n", "recipe.toml:3: this is not \"key = value\"");
  require_wrong("[train\nepochs = 3\n",
                "recipe.toml:1: a section is written [NAME], alone in its "
                "line");
  require_wrong("[train]\nepochs =\n", "recipe.toml:2: a value is missing");
  require_wrong("[train]\nout = \"runs\n", "recipe.toml:2: a text is not closed by its quote");
  require_wrong("[train]\nout = \"runs\" 7\n",
                "recipe.toml:2: after a text comes nothing but a comment; got 7");
  require_wrong("[train]\nout = \"C:\\data\"\n",
                "recipe.toml:2: \\d is no escape of TOML; write \\\\ for a backslash, or the text "
                "in single quotes");
  require_wrong("[train]\nepochs = # many\n", "recipe.toml:2: a value is missing");
  require_wrong("[train]\nepochs = 3\nbatch = 2\nepochs = 4\n",
                "recipe.toml:4: train.epochs is set a second time");
  require_wrong("[train]\nepochs = [3,\n 4\n",
                "recipe.toml:3: the list that begins before is not closed by \"]\"");
}

TEST_CASE("TOML that a recipe has no use for is refused with the line") {
  require_wrong(
      "[data]\n\ncaptions = \"a\\u0000b\"\n",
      "recipe.toml:3: a text of a recipe cannot hold \\u0000, at which names of files end");
  require_wrong("[data]\ncaptions = {a=1}\n",
                "recipe.toml:2: tables in braces are not read; write [SECTION] and below it a line "
                "for each key");
  for (const std::string section : {"[]", "[ ]", "[[data]]", "[a b]", "[\"data\"]"}) {
    INFO(section);
    require_wrong("\n" + section + "\n",
                  "recipe.toml:2: a section is written [NAME], alone in its line");
  }
}

TEST_CASE("a byte order mark, blanks in a section's brackets and Windows lines are no matter") {
  for (const std::string recipe :
       {"\xEF\xBB\xBF[data]\ncaptions = \"absent\"\n", "[ data\t] # x\ncaptions = \"absent\"\n",
        "\xEF\xBB\xBF# x\r\n[data]\r\ncaptions = \"absent\"\r\n"}) {
    INFO(recipe);
    const TemporaryFolder folder;
    folder.write("recipe.toml", recipe);
    const Outcome outcome = run(folder, {"train", "recipe.toml"});
    CHECK(outcome.status == 1);
    CHECK(outcome.err.starts_with("limn: absent: "));
  }
}

TEST_CASE("a recipe value out of range is refused") {
  require_wrong("[train]\nepochs = 0\n", "recipe.toml: train.epochs must be at least 1; got 0");
  require_wrong("[train]\nepochs = many\n",
                "recipe.toml: train.epochs must be a whole number; got \"many\"");
  require_wrong("[train]\nepochs = [1, 2]\n",
                "recipe.toml: train.epochs must be a whole number; got \"[1, 2]\"");
}

TEST_CASE("what a recipe names and is not there is a failure") {
  const TemporaryFolder folder;
  folder.write("recipe.toml", "[data]\ncaptions = \"absent file.txt\" # a comment\n");
  const Outcome outcome = run(folder, {"train", "recipe.toml"});
  CHECK(outcome.status == 1);
  CHECK(outcome.err.starts_with("limn: absent file.txt: "));
}
