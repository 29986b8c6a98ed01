#include "limn/models/photo_captioner.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <limits>

#include "core/json.h"
#include "limn/core/error.h"
#include "limn/core/safetensors.h"
#include "limn/models/nic.h"
#include "support/catch.h"
#include "support/temporary_folder.h"

using namespace limn;
using models::PhotoCaptioner;

namespace {

PhotoCaptioner small_model(bool with_encoder = true) {
  Generator generator(4);
  auto encoder = encoders::make_encoder({.name = "small_cnn"}, generator);
  auto vocabulary = text::Vocabulary::from_words({"</s>", "<s>", "<unk>", "a", "red", "circle"});
  models::NicOptions options;
  options.embedding = options.hidden = 6;
  options.init = 0.5;
  auto nic = std::make_unique<models::Nic>(
      options, models::CaptionerSizes{.vocabulary = 6, .features = encoder->feature_size()},
      generator);
  PhotoCaptioner model(with_encoder ? std::move(encoder) : nullptr, std::move(nic),
                       std::move(vocabulary), text::make_tokenizer("simple"));
  model.scores = {{"CIDEr-D", 0.5}};
  return model;
}

/// The file of the small model with another value at a place of its description.
std::filesystem::path write_edited(const test::TemporaryFolder& folder, const char* pointer,
                                   const json& value) {
  small_model().save(folder / "m.safetensors");
  const SafetensorsFile file(folder / "m.safetensors");
  const auto tensors = file.tensors();
  json description = json::parse(file.metadata().at("limn"));
  description[json::json_pointer(pointer)] = value;
  write_safetensors(folder / "edited.safetensors", {tensors.begin(), tensors.end()},
                    {{"limn", description.dump()}});
  return folder / "edited.safetensors";
}

Tensor photo(std::uint64_t seed) {
  Tensor pixels(Shape{60, 80, 3}, DType::uint8);
  Generator generator(seed);
  for (std::uint8_t& byte : pixels.span<std::uint8_t>())
    byte = static_cast<std::uint8_t>(generator.bits());
  return pixels;
}

}  // namespace

TEST_CASE("special words of other names and places are saved, the end is said") {
  const test::TemporaryFolder folder;
  Generator generator(4);
  models::NicOptions options;
  options.embedding = options.hidden = 6;
  options.init = 0.5;
  auto nic = std::make_unique<models::Nic>(
      options, models::CaptionerSizes{.vocabulary = 4, .begin = 0, .end = 0, .features = 3},
      generator);
  const text::SpecialWords special{.end = "0", .begin = "0", .unknown = "UNK"};
  const PhotoCaptioner model(nullptr, std::move(nic),
                             text::Vocabulary::from_words({"0", "a", "circle", "UNK"}, special),
                             text::make_tokenizer("ptb"));
  model.save(folder / "model.safetensors");
  const PhotoCaptioner loaded = PhotoCaptioner::load(folder / "model.safetensors");
  REQUIRE(loaded.vocabulary().special() == special);
  REQUIRE(loaded.vocabulary().unknown() == 3);
  REQUIRE(loaded.tokenizer().name() == "ptb");
  const nn::Features features{
      .global = Variable(Tensor::from(Shape{1, 3}, std::vector<float>{1, -1, 2})),
      .regions = {},
      .mask = {}};
  const auto captions = loaded.caption(features, {.beam = 30, .n_best = 20}).front();
  REQUIRE(captions.front().finished);
  for (const models::Caption& caption : captions) {
    if (!caption.finished) continue;
    REQUIRE(caption.words.back().word == "0");
    REQUIRE(caption.text.find("UNK") == caption.text.npos);
  }
}

TEST_CASE("a model file gives the same captions as the model that was saved") {
  const test::TemporaryFolder folder;
  const PhotoCaptioner model = small_model();
  const std::vector<Tensor> photos = {photo(1), photo(2)};
  model.save(folder / "model.safetensors");
  const PhotoCaptioner loaded = PhotoCaptioner::load(folder / "model.safetensors");
  REQUIRE(loaded.scores == model.scores);
  REQUIRE(loaded.vocabulary().words() == model.vocabulary().words());
  REQUIRE(loaded.captioner().options() == model.captioner().options());
  const auto before = model.caption(photos), after = loaded.caption(photos);
  REQUIRE(before.size() == 2);
  for (std::size_t i = 0; i < before.size(); ++i) {
    REQUIRE(before[i].front().text == after[i].front().text);
    REQUIRE(before[i].front().log_probability ==
            Approx(after[i].front().log_probability).margin(1e-5));
  }
}

TEST_CASE("a caption never holds the special words, and its words add up") {
  const PhotoCaptioner model = small_model();
  for (const auto& captions : model.caption(std::vector{photo(1), photo(5)}, {.n_best = 3})) {
    for (const models::Caption& caption : captions) {
      double sum = 0;
      for (const auto& [word, log_probability] : caption.words) {
        REQUIRE(word != "<unk>");
        REQUIRE(word != "<s>");
        sum += log_probability;
      }
      REQUIRE(caption.log_probability == Approx(sum));
    }
  }
}

TEST_CASE("the score of what the search found is what the search said") {
  const PhotoCaptioner model = small_model();
  const nn::Features features = model.look(std::vector{photo(1), photo(2)});
  const auto found = model.caption(features, {.max_length = 6});
  for (std::size_t image = 0; image < 2; ++image) {
    const models::Caption& best = found[image].front();
    if (!best.finished) continue;
    const auto scored = model.score(features, std::vector{std::string("a circle"), best.text},
                                    std::vector<std::int64_t>{0, static_cast<std::int64_t>(image)});
    REQUIRE(scored[1].log_probability == Approx(best.log_probability).margin(1e-4));
    REQUIRE(scored[1].words.size() == best.words.size());
    REQUIRE(scored[0].words.size() == 3);
    REQUIRE(scored[0].words.back().word == "</s>");
  }
}

TEST_CASE("a model without its encoder says that it cannot look at photos") {
  REQUIRE_THROWS_PART(small_model(false).look(std::vector{photo(1)}), InvalidArgument,
                      "so it cannot look at photos; give it features");
}

TEST_CASE("files that are no model of this version are refused by name") {
  const test::TemporaryFolder folder;
  const auto path = folder / "m.safetensors";
  write_safetensors(path, {{"x", Tensor::zeros(Shape{1})}});
  REQUIRE_THROWS_PART(PhotoCaptioner::load(path), IoError,
                      "is a safetensors file, but no limn model");
  write_safetensors(path, {}, {{"limn", R"({"kind":"checkpoint"})"}});
  REQUIRE_THROWS_PART(PhotoCaptioner::load(path), IoError, "holds no model but a checkpoint");
  write_safetensors(path, {}, {{"limn", R"({"kind":"captioner","version":99})"}});
  REQUIRE_THROWS_PART(PhotoCaptioner::load(path), IoError, "is a model of version 99");
  write_safetensors(path, {}, {{"limn", R"({"kind":"captioner","version":1})"}});
  REQUIRE_THROWS_PART(PhotoCaptioner::load(path), IoError,
                      path.string() + ": its description is damaged: vocabulary is missing");
}

TEST_CASE("values of another kind in a model file are named with file and key") {
  const test::TemporaryFolder folder;
  const auto refused = [&](const char* pointer, const json& value, const std::string& text) {
    INFO(pointer << " = " << value.dump());
    const auto path = write_edited(folder, pointer, value);
    REQUIRE_THROWS_TEXT(PhotoCaptioner::load(path), IoError,
                        path.string() + ": its description is damaged: " + text);
  };
  refused("/kind", 3, "kind must be text; it is 3");
  refused("/version", "1", "version must be a whole number; it is \"1\"");
  refused("/architecture", nullptr, "architecture must be text; it is null");
  refused("/options/hidden", 8, "options.hidden must be text; it is 8");
  refused("/sizes", json::array(), "sizes must be an object; it is []");
  refused("/sizes/features", 1.5, "sizes.features must be a whole number; it is 1.5");
  refused("/vocabulary", "a", "vocabulary must be a list of texts; it is \"a\"");
  refused("/vocabulary/1", 7, "vocabulary[1] must be text; it is 7");
  refused("/special_words/end", 7, "special_words.end must be text; it is 7");
  refused("/tokenizer", true, "tokenizer must be text; it is true");
  refused("/scores", {{"BLEU-4", "x"}}, "scores.BLEU-4 must be a number; it is \"x\"");
}

TEST_CASE("scores that are not finite are saved") {
  const test::TemporaryFolder folder;
  PhotoCaptioner model = small_model();
  model.scores = {{"perplexity", std::numeric_limits<double>::infinity()}, {"BLEU-4", 0}};
  model.save(folder / "m.safetensors");
  REQUIRE(PhotoCaptioner::load(folder / "m.safetensors").scores == model.scores);
}

TEST_CASE("a model file that asks for more than it holds is refused before memory is asked for") {
  const test::TemporaryFolder folder;
  REQUIRE_THROWS_PART(PhotoCaptioner::load(write_edited(folder, "/options/hidden", "10000")),
                      IoError,
                      "its parts do not fit: nic: embedding 6, hidden 10000 and layers 1 with 6 "
                      "words and 2304 features make about 4e+08 parameters; there may be at most "
                      "1.1e+06");
}

TEST_CASE("a model file cut anywhere is an error, never a crash") {
  const test::TemporaryFolder folder;
  small_model().save(folder / "m.safetensors");
  const auto size = std::filesystem::file_size(folder / "m.safetensors");
  for (int part = 0; part < 20; ++part) {
    std::filesystem::copy_file(folder / "m.safetensors", folder / "cut.safetensors",
                               std::filesystem::copy_options::overwrite_existing);
    std::filesystem::resize_file(folder / "cut.safetensors",
                                 size * static_cast<unsigned>(part) / 20);
    REQUIRE_THROWS_AS(PhotoCaptioner::load(folder / "cut.safetensors"), IoError);
  }
}
