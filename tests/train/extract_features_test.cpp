#include "limn/train/extract_features.h"

#include "limn/core/error.h"
#include "limn/data/feature_file.h"
#include "limn/vision/image.h"
#include "support/catch.h"
#include "support/random.h"
#include "support/temporary_folder.h"

using namespace limn;

namespace {

// A folder with three photos, one of them broken, and weights of a small encoder.
struct Photos {
  test::TemporaryFolder folder;
  std::unique_ptr<encoders::Encoder> encoder;
  train::FeatureExtraction options;

  Photos() {
    Generator generator(3);
    encoder = encoders::make_encoder({.name = "small_cnn"}, generator);
    encoder->set_trainable(false);
    write_safetensors(folder / "w.safetensors", encoder->state_dict());
    std::filesystem::create_directory(folder / "photos");
    photo("b.png", 1);
    photo("a.png", 2);
    folder.write("photos/c.png", "no picture");
    options = {.encoder = {.name = "small_cnn"},
               .weights = folder / "w.safetensors",
               .images = folder / "photos",
               .names = {},
               .out = folder / "f.safetensors"};
  }

  Tensor picture(std::uint64_t seed) const {
    const std::int64_t side = encoder->preprocessing().crop;
    Tensor pixels(Shape{side, side, 3}, DType::uint8);
    Generator generator(seed);
    for (std::uint8_t& pixel : pixels.span<std::uint8_t>())
      pixel = static_cast<std::uint8_t>(generator.below(256));
    return pixels;
  }

  void photo(const std::string& name, std::uint64_t seed) const {
    const auto png = vision::encode_png(picture(seed));
    folder.write("photos/" + name, {reinterpret_cast<const char*>(png.data()), png.size()});
  }

  Tensor looked_at(std::uint64_t seed) const {
    const NoGradGuard guard;
    const std::vector<Tensor> pictures{picture(seed)};
    return encoder->forward(Variable(vision::batch_of(pictures, encoder->preprocessing())), {})
        .global.value();
  }
};

void require_close(const Tensor& a, const Tensor& b) {
  REQUIRE(a.elements() == b.elements());
  for (std::int64_t i = 0; i < a.elements(); ++i)
    REQUIRE(a.data<float>()[i] == Approx(b.data<float>()[i]).epsilon(2e-3).margin(1e-4));
}

}  // namespace

TEST_CASE("extract_features writes what the encoder sees and skips what is no photo") {
  Photos photos;
  photos.options.batch = 1;
  std::vector<std::int64_t> seen;
  const auto result = train::extract_features(
      photos.options, [&](std::int64_t done, std::int64_t) { seen.push_back(done); });
  REQUIRE(result.photos == 2);
  REQUIRE(result.feature_size == photos.encoder->feature_size());
  REQUIRE(result.regions == 0);
  REQUIRE(result.failures.size() == 1);
  REQUIRE(result.failures[0].find("c.png: ") != std::string::npos);
  REQUIRE(seen == std::vector<std::int64_t>{1, 2, 3});

  const data::FeatureFile file(photos.options.out);
  REQUIRE(file.names() == std::vector<std::string>{"a.png", "b.png"});
  require_close(file.features(std::vector<std::int64_t>{1}, false).global.value(),
                photos.looked_at(1));
  require_close(file.features(std::vector<std::int64_t>{0}, false).global.value(),
                photos.looked_at(2));
  REQUIRE(file.encoder_weights().size() == photos.encoder->state_dict().size());
}

TEST_CASE("extract_features takes the photos of a list, each once, and regions") {
  Photos photos;
  photos.options.names = photos.folder.write("list.txt", "b.png\nb.png\nabsent.png\n");
  photos.options.regions = true;
  const auto result = train::extract_features(photos.options);
  REQUIRE(result.photos == 1);
  REQUIRE(result.failures.size() == 1);
  const data::FeatureFile file(photos.options.out);
  REQUIRE(file.region_count() == result.regions);
  REQUIRE(result.regions > 0);
}

TEST_CASE("extract_features leaves nothing behind when it fails or is stopped") {
  Photos photos;
  const std::size_t before = photos.folder.size();
  struct Stop {};
  REQUIRE_THROWS_AS(
      train::extract_features(photos.options, [](std::int64_t, std::int64_t) { throw Stop(); }),
      Stop);
  photos.options.names = photos.folder.write("list.txt", "c.png\n");
  REQUIRE_THROWS_PART(train::extract_features(photos.options), IoError,
                      "photos: none of its 1 photos could be read; the first: ");
  REQUIRE(photos.folder.size() == before + 1);
}

TEST_CASE("extract_features refuses an empty list and options out of range") {
  Photos photos;
  photos.options.names = photos.folder.write("list.txt", "\n\n");
  REQUIRE_THROWS_PART(train::extract_features(photos.options), IoError, "list.txt: names no photo");
  photos.options.batch = 0;
  REQUIRE_THROWS_TEXT(train::extract_features(photos.options), InvalidArgument,
                      "extract_features: batch and threads must be at least 1; got 0 and 2");
}
