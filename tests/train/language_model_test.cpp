#include "limn/core/error.h"
#include "limn/core/safetensors_writer.h"
#include "limn/text/byte_pair.h"
#include "limn/train/trainer.h"
#include "support/golden.h"
#include "support/temporary_folder.h"
#include "support/tensors.h"

using namespace limn;

namespace {

const std::filesystem::path kTinyLanguage = test::kGolden / "gpt2";

/// Eight photos with vectors and regions, and a recipe that tells the tiny GPT-2 about them.
struct LanguageRecipe {
  test::TemporaryFolder folder;
  std::map<std::string, std::string> entries;

  LanguageRecipe() {
    const std::string end = "<|endoftext|>";
    std::string names = "[", captions;
    for (int i = 0; i < 8; ++i) {
      const std::string name = "p" + std::to_string(i) + ".jpg";
      names += (i == 0 ? "\"" : ", \"") + name + "\"";
      captions += name + "\t" + (i % 2 == 0 ? "a dog runs" : "the snow") + "\n";
    }
    write_safetensors(
        folder / "f.safetensors",
        {{"global", test::random_tensor(Shape{8, 6}, 2, DType::float32).to(DType::float16)},
         {"regions", test::random_tensor(Shape{8, 3, 6}, 3, DType::float32).to(DType::float16)}},
        {{"names", names + "]"}});
    entries = {{"data.captions", folder.write("captions.txt", captions).string()},
               {"data.features", (folder / "f.safetensors").string()},
               {"data.dev_share", "0.25"},
               {"text.tokenizer", "bpe"},
               {"text.merges", (kTinyLanguage / "merges.txt").string()},
               {"text.pieces", (kTinyLanguage / "vocab.json").string()},
               {"text.end", end},
               {"text.begin", end},
               {"text.unknown", end},
               {"text.max_length", "8"},
               {"model.architecture", "gpt2_prefix"},
               {"model.pretrained", (kTinyLanguage / "model.safetensors").string()},
               {"model.prefix", "2"},
               {"train.epochs", "1"},
               {"train.out", (folder / "run").string()}};
  }

  train::Job prepare() const {
    return train::prepare(train::make_recipe({entries.begin(), entries.end()}, "recipe"));
  }
  void refused(const std::string& key, const std::string& value, const std::string& problem) {
    entries[key] = value;
    REQUIRE_THROWS_PART(prepare(), InvalidArgument, problem);
  }
};

std::vector<float> words_of(const models::Captioner& captioner) {
  for (const auto& [name, tensor] : captioner.state_dict())
    if (name.ends_with("transformer.wte.weight")) return test::elements_of<float>(tensor);
  return {};
}

std::vector<float> pretrained_words() {
  return test::elements_of<float>(
      SafetensorsFile(kTinyLanguage / "model.safetensors").tensor("wte.weight"));
}

}  // namespace

TEST_CASE("a captioner begins with a pretrained language model, whose sizes it takes") {
  LanguageRecipe recipe;
  for (const std::string architecture : {"gpt2_prefix", "gpt2_cross"}) {
    INFO(architecture);
    recipe.entries["model.architecture"] = architecture;
    if (architecture == "gpt2_cross") recipe.entries.erase("model.prefix");
    const train::Job job = recipe.prepare();
    REQUIRE(words_of(job.model.captioner()) == pretrained_words());
    REQUIRE(job.recipe.model.options.at("width") == "16");
    REQUIRE(job.recipe.model.options.at("heads") == "4");
    REQUIRE(job.recipe.model.options.at("dropout") == "0.1");
    REQUIRE(job.notes.at(1) ==
            "language model of " + recipe.entries.at("model.pretrained") +
                ": 2 layers of width 16, 4 heads as config.json says, 278 words");
  }
}

TEST_CASE("a tuned captioner is one file that needs no other") {
  LanguageRecipe recipe;
  for (const bool frozen : {false, true}) {
    INFO("frozen " << frozen);
    recipe.entries["model.frozen"] = frozen ? "true" : "false";
    recipe.entries["train.out"] = (recipe.folder / (frozen ? "frozen" : "tuned")).string();
    train::Job job = recipe.prepare();
    train::Observer nobody;
    const auto result = train::train(job, nobody);
    const auto loaded = models::PhotoCaptioner::load(result.model);
    REQUIRE((words_of(loaded.captioner()) == pretrained_words()) == frozen);
    REQUIRE(loaded.tokenizer().split("a dog") == std::vector<std::string>{"a", "Ġdog"});
    REQUIRE(loaded.vocabulary().end() == 277);
    const nn::Features features = {
        .global = Variable(Tensor::zeros(Shape{1, 6})), .regions = {}, .mask = {}};
    REQUIRE(loaded.caption(features, {.max_length = 5}).front().front().text ==
            job.model.caption(features, {.max_length = 5}).front().front().text);
  }
}

TEST_CASE("a training on a pretrained language model goes on without its file") {
  LanguageRecipe recipe;
  train::Observer nobody;
  train::Job job = recipe.prepare();
  train::train(job, nobody);
  std::map<std::string, std::string>& entries = recipe.entries;
  for (const auto& [name, value] : job.recipe.model.options) entries["model." + name] = value;
  entries["model.pretrained"] = "";
  entries["train.epochs"] = "2";
  train::Job again = recipe.prepare();
  REQUIRE(train::train(again, nobody, true).epochs.size() == 2);
}

TEST_CASE("without config.json the recipe says how many heads there are") {
  LanguageRecipe recipe;
  std::filesystem::copy_file(kTinyLanguage / "model.safetensors",
                             recipe.folder / "tiny.safetensors");
  recipe.entries["model.pretrained"] = (recipe.folder / "tiny.safetensors").string();
  recipe.entries["model.heads"] = "2";
  const train::Job job = recipe.prepare();
  REQUIRE(job.recipe.model.options.at("heads") == "2");
  REQUIRE(job.notes.at(1).find("2 heads as model.heads says") != std::string::npos);
  recipe.refused("model.heads", "12",
                 "recipe: model.pretrained has no config.json beside it, so that model.heads says "
                 "how many there are; 12 do not divide its width 16");
}

TEST_CASE("recipes that do not fit a pretrained language model are refused") {
  LanguageRecipe recipe;
  SECTION("another captioner") {
    recipe.entries.erase("model.prefix");
    recipe.refused("model.architecture", "nic",
                   "recipe: model.pretrained is of the architectures gpt2_prefix and gpt2_cross; "
                   "model.architecture is nic");
  }
  SECTION("words instead of pieces") {
    recipe.entries.erase("text.merges");
    recipe.entries.erase("text.pieces");
    recipe.refused("text.tokenizer", "simple",
                   "recipe: model.pretrained needs the pieces that it was trained on: "
                   "text.tokenizer \"bpe\", its vocab.json as text.pieces");
  }
  SECTION("other special words") {
    recipe.refused(
        "text.end", "</s>",
        "text.unknown must be \"<|endoftext|>\", GPT-2's only special word; got \"</s>\", "
        "\"<|endoftext|>\" and \"<|endoftext|>\"");
  }
  SECTION("pieces of another model") {
    recipe.entries["text.merges"] = recipe.folder.write("merges.txt", "a b\n").string();
    std::string ids = "{\"<|endoftext|>\": 257";
    const auto bpe = text::BytePairTokenizer::read(recipe.folder / "merges.txt");
    for (std::size_t i = 0; i < bpe.pieces().size(); ++i) {
      const std::string& piece = bpe.pieces()[i];
      ids += ", \"" + std::string(piece == "\"" || piece == "\\" ? "\\" : "") + piece +
             "\": " + std::to_string(i);
    }
    recipe.folder.write("vocab.json", ids + "}");
    recipe.refused("text.pieces", (recipe.folder / "vocab.json").string(),
                   "has 278 words, text.pieces " + (recipe.folder / "vocab.json").string() +
                       " 258; are both of the same model?");
  }
}
