#include "limn/train/recipe.h"

#include "limn/core/error.h"
#include "limn/train/recipe_search.h"
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

TEST_CASE("a later architecture or encoder takes the place of an earlier one") {
  const Recipe recipe = make_recipe({{"model.architecture", "updown"},
                                     {"encoder.name", "small_cnn"},
                                     {"model.architecture", "att2in"},
                                     {"encoder.name", "mobilenet_v2"}},
                                    "recipe.toml and flags");
  const Recipe alone =
      make_recipe({{"model.architecture", "att2in"}, {"encoder.name", "mobilenet_v2"}}, "r");
  REQUIRE(recipe_text(recipe) == recipe_text(alone));
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
  REQUIRE_THROWS_TEXT(make_recipe({{"train.learning_rate", "inf"}}, "r"), InvalidArgument,
                      "r: train.learning_rate must be at least 0 and finite; got inf");
  REQUIRE_THROWS_TEXT(make_recipe({{"search.beam", "4294967297"}}, "r"), InvalidArgument,
                      "r: search.beam must be at most 10000; got 4294967297");
  for (const std::string key :
       {"train.batch", "train.epochs", "train.patience", "schedule.every", "schedule.from_epoch",
        "reward.batch", "reward.every", "reward.plateau_patience"}) {
    REQUIRE_THROWS_TEXT(make_recipe({{key, "9223372036854775807"}}, "r"), InvalidArgument,
                        "r: " + key + " must be at most 1000000000; got 9223372036854775807");
  }
  REQUIRE_THROWS_TEXT(make_recipe({{"reward.samples", "4294967298"}}, "r"), InvalidArgument,
                      "r: reward.samples must be at most 10000; got 4294967298");
  REQUIRE_THROWS_TEXT(make_recipe({{"text.max_length", "10001"}}, "r"), InvalidArgument,
                      "r: text.max_length must be at most 10000; got 10001");
  REQUIRE_THROWS_TEXT(make_recipe({{"search.max_length", "10001"}}, "r"), InvalidArgument,
                      "r: search.max_length must be at most 10000; got 10001");
  REQUIRE_THROWS_TEXT(make_recipe({{"schedule.from_epoch", "0"}}, "r"), InvalidArgument,
                      "r: schedule.from_epoch must be at least 1; got 0");
  for (const std::string decay : {"0", "1.5"}) {
    REQUIRE_THROWS_TEXT(make_recipe({{"reward.decay", decay}}, "r"), InvalidArgument,
                        "r: reward.decay must be in (0, 1]; got " + decay);
  }
  REQUIRE_THROWS_TEXT(make_recipe({{"reward.plateau_patience", "-1"}}, "r"), InvalidArgument,
                      "r: reward.plateau_patience must be at least 0; got -1");
  for (const std::string key :
       {"text.min_count", "text.max_size", "schedule.warmup", "schedule.patience"}) {
    REQUIRE_THROWS_TEXT(make_recipe({{key, "-1"}}, "r"), InvalidArgument,
                        "r: " + key + " must be at least 0; got -1");
  }
  for (const std::string key : {"train.out", "text.end", "text.begin", "text.unknown"}) {
    REQUIRE_THROWS_TEXT(make_recipe({{key, ""}}, "r"), InvalidArgument,
                        "r: " + key + " must not be empty");
  }
  REQUIRE_THROWS_TEXT(make_recipe({{"schedule.name", "noam"}}, "r"), InvalidArgument,
                      "r: schedule.warmup must be at least 1; got 0");
  REQUIRE_THROWS_TEXT(make_recipe({{"schedule.decay", "0"}}, "r"), InvalidArgument,
                      "r: schedule.decay must be in (0, 1]; got 0");
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

TEST_CASE("captions that are said may have another length than those that are read") {
  const std::pair<std::string, std::string> read = {"text.max_length", "16"};
  REQUIRE(train::said_length(make_recipe({read}, "r")) == 16);
  const Recipe recipe = make_recipe({read, {"search.max_length", "20"}}, "r");
  REQUIRE(train::said_length(recipe) == 20);
  REQUIRE(recipe.text.max_length == 16);
}

TEST_CASE("the search of a recipe has the words of its model") {
  const Recipe recipe = make_recipe({{"search.beam", "5"},
                                     {"search.length_penalty", "0.9"},
                                     {"search.length_form", "wu"},
                                     {"search.no_repeat", "3"},
                                     {"search.no_bad_endings", "true"},
                                     {"search.max_length", "12"}},
                                    "r");
  Generator generator(1);
  auto nic = models::make_captioner("nic", {{"embedding", "2"}, {"hidden", "2"}},
                                    {.vocabulary = 5, .features = 2}, generator);
  const models::PhotoCaptioner model(
      nullptr, std::move(nic), text::Vocabulary::from_words({"</s>", "<s>", "<unk>", "dog", "of"}),
      text::make_tokenizer("simple"));
  const decode::SearchOptions search = train::search_of(recipe, model);
  REQUIRE(search.beam == 5);
  REQUIRE(search.max_length == 12);
  REQUIRE(search.length_penalty == 0.9);
  REQUIRE(search.length_form == decode::LengthForm::wu);
  REQUIRE(search.rules.no_repeat == 3);
  REQUIRE(search.rules.bad_endings == std::vector<std::int32_t>{4});
  REQUIRE_THROWS_PART(make_recipe({{"search.length_form", "avg"}}, "r"), InvalidArgument,
                      "search.length_form must be one of power, wu; got \"avg\"");
  REQUIRE_THROWS_TEXT(make_recipe({{"search.no_repeat", "-1"}}, "r"), InvalidArgument,
                      "r: search.no_repeat must be at least 0; got -1");
}
