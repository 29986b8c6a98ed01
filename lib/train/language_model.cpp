#include "train/language_model.h"

#include <fmt/ranges.h>

#include "core/check.h"
#include "limn/models/pretrained_gpt2.h"

namespace limn::train {
namespace {

constexpr const char* kEndOfText = "<|endoftext|>";

void check_architecture(const std::string& chosen) {
  if (models::architecture_called(chosen).language_model) return;
  std::vector<std::string> fitting;
  for (const models::Architecture& architecture : models::architectures())
    if (architecture.language_model) fitting.push_back(architecture.name);
  throw InvalidArgument(
      fmt::format("recipe: model.pretrained is of the architectures {}; "
                  "model.architecture is {}",
                  fmt::join(fitting, " and "), chosen));
}

void check_text(const Recipe::Text& text) {
  require(
      text.tokenizer == "bpe" && !text.pieces.empty(),
      "recipe: model.pretrained needs the pieces that it was trained on: text.tokenizer \"bpe\", "
      "its vocab.json as text.pieces and its merges.txt as text.merges; got text.tokenizer "
      "\"{}\" and text.pieces \"{}\"",
      text.tokenizer, text.pieces);
  require(text.end == kEndOfText && text.begin == kEndOfText && text.unknown == kEndOfText,
          "recipe: with model.pretrained, text.end, text.begin and text.unknown must be \"{}\", "
          "GPT-2's only special word; got \"{}\", \"{}\" and \"{}\"",
          kEndOfText, text.end, text.begin, text.unknown);
}

std::int64_t heads_of(const models::PretrainedGpt2& file, const Recipe& recipe) {
  if (file.knows_heads()) return file.options().heads;
  models::Gpt2Options options;
  set_option(options_of(options), "heads", recipe.model.options.at("heads"), "model");
  const std::int64_t heads = options.heads;
  require(
      heads >= 1 && file.options().width % heads == 0,
      "recipe: model.pretrained has no config.json beside it, so that model.heads says how many "
      "there are; {} do not divide its width {}",
      heads, file.options().width);
  return heads;
}

}  // namespace

Recipe with_pretrained_sizes(const Recipe& recipe) {
  if (recipe.model.pretrained.empty()) return recipe;
  check_architecture(recipe.model.architecture);
  check_text(recipe.text);
  Recipe result = recipe;
  options_of(result);  // fills in the model's defaults
  const models::PretrainedGpt2 file(recipe.model.pretrained);
  models::Gpt2Options sizes = file.options();
  sizes.heads = heads_of(file, result);
  for (const auto& [name, value] : option_texts(options_of(sizes)))
    if (name != "dropout") result.model.options[name] = value;
  return result;
}

std::string load_pretrained(const Recipe& recipe, models::PhotoCaptioner& model) {
  const models::PretrainedGpt2 file(recipe.model.pretrained);
  require(
      model.vocabulary().size() == file.vocabulary_size(),
      "recipe: model.pretrained {} has {} words, text.pieces {} {}; are both of the same model?",
      recipe.model.pretrained, file.vocabulary_size(), recipe.text.pieces,
      model.vocabulary().size());
  file.load_into(model.captioner());
  return fmt::format("language model of {}: {} layers of width {}, {} heads as {} says, {} words",
                     recipe.model.pretrained, file.options().layers, file.options().width,
                     recipe.model.options.at("heads"),
                     file.knows_heads() ? "config.json" : "model.heads", file.vocabulary_size());
}

}  // namespace limn::train
