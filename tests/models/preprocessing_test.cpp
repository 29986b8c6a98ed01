#include <functional>

#include "core/json.h"
#include "limn/core/error.h"
#include "limn/core/safetensors.h"
#include "limn/core/safetensors_writer.h"
#include "limn/models/nic.h"
#include "limn/models/photo_captioner.h"
#include "support/catch.h"
#include "support/temporary_folder.h"

using namespace limn;
using models::PhotoCaptioner;

namespace {

const vision::Preprocessing kUnusual{.shorter = 20,
                                     .crop = 16,
                                     .filter = vision::Filter::bicubic,
                                     .mean = {0.1, 0.2, 0.3},
                                     .deviation = {0.4, 0.25, 0.6}};

// A model whose encoder looks at its pictures in another way than its own.
PhotoCaptioner unusual_model() {
  Generator generator(4);
  auto encoder = encoders::make_encoder(
      {.name = "small_cnn", .options = {{"side", "16"}, {"width", "1"}}, .preprocessing = kUnusual},
      generator);
  const models::CaptionerSizes sizes{.vocabulary = 4, .features = encoder->feature_size()};
  auto nic = std::make_unique<models::Nic>(models::NicOptions{.embedding = 2, .hidden = 2}, sizes,
                                           generator);
  return {std::move(encoder), std::move(nic),
          text::Vocabulary::from_words({"</s>", "<s>", "<unk>", "a"}),
          text::make_tokenizer("simple")};
}

Tensor noise() {
  Tensor pixels(Shape{30, 50, 3}, DType::uint8);
  Generator generator(7);
  for (std::uint8_t& byte : pixels.span<std::uint8_t>())
    byte = static_cast<std::uint8_t>(generator.bits());
  return pixels;
}

std::vector<float> seen_by(const PhotoCaptioner& model) {
  const Tensor features = model.look(std::vector{noise()}).global.value();
  return {features.span<float>().begin(), features.span<float>().end()};
}

void require_equal(const vision::Preprocessing& a, const vision::Preprocessing& b) {
  CHECK(a.shorter == b.shorter);
  CHECK(a.crop == b.crop);
  CHECK(a.filter == b.filter);
  CHECK(a.mean == b.mean);
  REQUIRE(a.deviation == b.deviation);
}

// The model file with another description of its encoder.
void edit_encoder(const std::filesystem::path& path, const std::function<void(json&)>& edit) {
  const SafetensorsFile file(path);
  json description = json::parse(file.metadata().at("limn"));
  json encoder = json::parse(description.at("encoder").get<std::string>());
  edit(encoder);
  description["encoder"] = encoder.dump();
  const auto tensors = file.tensors();
  write_safetensors(path, {tensors.begin(), tensors.end()}, {{"limn", description.dump()}});
}

}  // namespace

TEST_CASE("a model file keeps how its pictures are prepared") {
  const test::TemporaryFolder folder;
  const PhotoCaptioner model = unusual_model();
  model.save(folder / "m.safetensors");
  const PhotoCaptioner loaded = PhotoCaptioner::load(folder / "m.safetensors");
  require_equal(loaded.encoder().preprocessing(), kUnusual);
  const std::vector<float> before = seen_by(model), after = seen_by(loaded);
  REQUIRE(before.size() == after.size());
  for (std::size_t i = 0; i < before.size(); ++i)
    REQUIRE(after[i] == Approx(before[i]).margin(1e-5));
}

TEST_CASE("a model file that says nothing of its pictures takes the encoder's own way") {
  const test::TemporaryFolder folder;
  const PhotoCaptioner model = unusual_model();
  model.save(folder / "m.safetensors");
  edit_encoder(folder / "m.safetensors", [](json& encoder) { encoder.erase("preprocessing"); });
  const PhotoCaptioner loaded = PhotoCaptioner::load(folder / "m.safetensors");
  require_equal(loaded.encoder().preprocessing(), model.encoder().own_preprocessing());
  REQUIRE(seen_by(loaded) != seen_by(model));
}

TEST_CASE("preprocessing that cannot be is refused when the model is read") {
  const test::TemporaryFolder folder;
  const auto path = folder / "m.safetensors";
  const auto refuse = [&](const char* key, const json& value, const std::string& text) {
    INFO(key << " = " << value.dump());
    unusual_model().save(path);
    edit_encoder(path, [&](json& encoder) { encoder["preprocessing"][key] = value; });
    REQUIRE_THROWS_PART(PhotoCaptioner::load(path), IoError, path.string() + ": ");
    REQUIRE_THROWS_PART(PhotoCaptioner::load(path), IoError, text);
  };
  refuse("crop", 15, "small_cnn: pictures of 15 x 15 pixels do not fit it");
  refuse("crop", 0, "1 <= crop <= shorter <= 2^24 is required; got crop 0, shorter 20");
  refuse("crop", -1, "got crop -1, shorter 20");
  refuse("crop", 18446744073709551615U,
         "preprocessing.crop must be a whole number; it is 18446744073709551615");
  refuse("crop", 16.5, "preprocessing.crop must be a whole number; it is 16.5");
  refuse("shorter", "16", "preprocessing.shorter must be a whole number; it is \"16\"");
  refuse("shorter", 1 << 25, "got crop 16, shorter 33554432");
  refuse("filter", "nearest", "filter must be bilinear or bicubic; it is \"nearest\"");
  refuse("filter", nullptr, "filter must be bilinear or bicubic; it is null");
  refuse("mean", {0.5, 0.5}, "preprocessing.mean must be three numbers; it is [0.5,0.5]");
  refuse("mean", {0.5, 0.5, "x"}, "preprocessing.mean[2] must be a number; it is \"x\"");
  refuse("deviation", {0.5, 0, 0.5}, "deviations must be above 0; got 0.5, 0, 0.5");
  edit_encoder(path, [](json& encoder) { encoder["preprocessing"] = {{"crop", 16}}; });
  REQUIRE_THROWS_PART(
      PhotoCaptioner::load(path), IoError,
      "the description of the encoder is damaged: preprocessing.shorter is missing");
}

TEST_CASE("an encoder takes other preprocessing only if its pictures fit") {
  Generator generator(1);
  const auto encoder = encoders::make_encoder({.name = "mobilenet_v2"}, generator);
  encoder->set_preprocessing({.shorter = 64, .crop = 32});
  REQUIRE(encoder->preprocessing().crop == 32);
  REQUIRE_THROWS_TEXT(encoder->set_preprocessing({.shorter = 64, .crop = 31}), InvalidArgument,
                      "mobilenet_v2: pictures of 31 x 31 pixels do not fit it");
  REQUIRE_THROWS_TEXT(encoder->set_preprocessing({.shorter = 5000, .crop = 5000}), InvalidArgument,
                      "preprocessing: crop must be at most 4096; got 5000");
  REQUIRE(encoder->preprocessing().crop == 32);
}
