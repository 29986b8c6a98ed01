#include "limn/train/recipe.h"

#include "limn/core/error.h"
#include "support/catch.h"

using namespace limn;
using train::make_recipe;
using train::Recipe;

TEST_CASE("a recipe takes values of every kind and keeps defaults elsewhere") {
  const Recipe recipe = make_recipe({{"train.epochs", "3"},
                                     {"train.learning_rate", "1e-3"},
                                     {"data.captions", "a b.txt"},
                                     {"optimizer.nesterov", "true"},
                                     {"model.hidden", "64"}},
                                    "recipe.toml");
  REQUIRE(recipe.train.epochs == 3);
  REQUIRE(recipe.train.learning_rate == 1e-3);
  REQUIRE(recipe.data.captions == "a b.txt");
  REQUIRE(recipe.optimizer.nesterov);
  REQUIRE(recipe.model.options.at("hidden") == "64");
  REQUIRE(recipe.model.options.at("cell") == "lstm");
  REQUIRE(recipe.train.batch == Recipe().train.batch);
}

TEST_CASE("an unknown key is refused with the nearest one") {
  REQUIRE_THROWS_TEXT(make_recipe({{"train.epoch", "3"}}, "recipe.toml"), InvalidArgument,
                      "recipe.toml: \"train.epoch\" is not known; did you mean \"train.epochs\"?");
  REQUIRE_THROWS_PART(make_recipe({{"model.hiden", "3"}}, "recipe.toml"), InvalidArgument,
                      "did you mean \"model.hidden\"?");
}

TEST_CASE("values of another type or out of range are refused") {
  REQUIRE_THROWS_TEXT(make_recipe({{"train.epochs", "many"}}, "r"), InvalidArgument,
                      "r: train.epochs must be a whole number; got \"many\"");
  REQUIRE_THROWS_TEXT(make_recipe({{"train.batch", "0"}}, "r"), InvalidArgument,
                      "r: train.batch must be at least 1; got 0");
  REQUIRE_THROWS_TEXT(make_recipe({{"train.clip_norm", "-1"}}, "r"), InvalidArgument,
                      "r: train.clip_norm must be at least 0; got -1");
  REQUIRE_THROWS_TEXT(make_recipe({{"data.dev_share", "1"}}, "r"), InvalidArgument,
                      "r: data.dev_share must be in (0, 1); got 1");
  REQUIRE_THROWS_TEXT(make_recipe({{"train.label_smoothing", "1"}}, "r"), InvalidArgument,
                      "r: train.label_smoothing must be in [0, 1); got 1");
  REQUIRE_THROWS_PART(make_recipe({{"schedule.name", "stairs"}}, "r"), InvalidArgument,
                      "r: schedule.name must be one of constant, step");
}

TEST_CASE("the keys of an encoder are its own") {
  const Recipe recipe =
      make_recipe({{"encoder.name", "small_cnn"}, {"encoder.side", "32"}}, "recipe.toml");
  REQUIRE(recipe.encoder.name == "small_cnn");
  REQUIRE(recipe.encoder.options == std::map<std::string, std::string>{{"side", "32"}});
}

TEST_CASE(
    "an unknown key or encoder of [encoder] is refused, also where features come from a file") {
  REQUIRE_THROWS_TEXT(
      make_recipe({{"data.features", "f"}, {"encoder.train_form", "2"}}, "r"), InvalidArgument,
      "r: \"encoder.train_form\" is not known; did you mean \"encoder.train_from\"?");
  REQUIRE_THROWS_TEXT(make_recipe({{"encoder.sode", "32"}, {"encoder.name", "small_cnn"}}, "r"),
                      InvalidArgument,
                      "r: \"encoder.sode\" is not known; did you mean \"encoder.side\"?");
  REQUIRE_THROWS_PART(make_recipe({{"encoder.name", "mobilenet_v2"}, {"encoder.side", "32"}}, "r"),
                      InvalidArgument, "r: \"encoder.side\" is not known");
  REQUIRE_THROWS_TEXT(
      make_recipe({{"encoder.name", "small_cn"}, {"model.architecture", "nic"}}, "r"),
      InvalidArgument, "r: encoder.name \"small_cn\" is not known; did you mean \"small_cnn\"?");
}

TEST_CASE("the text of a recipe has every key, and quotes what needs it") {
  Recipe recipe = make_recipe({{"data.captions", R"(C:\my "photos".txt)"}}, "r");
  const std::string text = train::recipe_text(recipe);
  REQUIRE(text.starts_with("[data]\nfolder = \"\"\ncaptions = \"C:\\\\my \\\"photos\\\".txt\"\n"));
  std::size_t keys = 0;
  for (const char c : text) keys += c == '=';
  REQUIRE(keys == train::options_of(recipe).size());
  REQUIRE(text.find("\n[train]\nout = \"run\"\nepochs = 20\n") != std::string::npos);
}
