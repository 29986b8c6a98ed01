#include "limn/vision/image.h"

#include <string>

#include "limn/core/error.h"
#include "limn/core/generator.h"
#include "support/difference.h"
#include "support/golden.h"
#include "support/temporary_folder.h"

using namespace limn;
using test::largest_difference;
using vision::decode_image;

namespace {

using Bytes = std::vector<std::uint8_t>;

const std::filesystem::path kFiles = test::kGolden / "vision";

Bytes bytes_of(const std::string& file) { return test::read_bytes(kFiles / file); }

Bytes bytes_from(const std::string& text) { return {text.begin(), text.end()}; }

Tensor smooth(std::int64_t height, std::int64_t width) {
  Tensor image(Shape{height, width, 3}, DType::uint8);
  for (std::int64_t i = 0; i < image.elements(); ++i) {
    const std::int64_t row = i / 3 / width;
    const std::int64_t column = i / 3 % width;
    image.data<std::uint8_t>()[i] =
        static_cast<std::uint8_t>(i % 3 == 0 ? 255 * row / height : 255 * column / width);
  }
  return image;
}

}  // namespace

TEST_CASE("files of many kinds hold the pixels that Pillow sees") {
  const SafetensorsFile pixels(kFiles / "pixels.safetensors");
  REQUIRE(pixels.names().size() == 17);
  for (const std::string& name : pixels.names()) {
    INFO(name);
    const bool coded = name.ends_with(".jpg");
    const bool inks = name == "cmyk.jpg" || name == "ycck.jpg";
    const Tensor image = vision::read_image(kFiles / name);
    REQUIRE(largest_difference(image, pixels.tensor(name)) <= (inks ? 3 : coded ? 2 : 0));
  }
}

TEST_CASE("pictures survive PNG exactly and JPEG nearly") {
  Tensor noise(Shape{5, 9, 3}, DType::uint8);
  Generator generator(1);
  for (auto& byte : noise.span<std::uint8_t>())
    byte = static_cast<std::uint8_t>(generator.below(256));
  REQUIRE(largest_difference(decode_image(vision::encode_png(noise), "noise"), noise) == 0);
  const Tensor image = smooth(40, 50);
  const Bytes good = vision::encode_jpeg(image, 95);
  REQUIRE(largest_difference(decode_image(good, "smooth"), image) <= 8);
  REQUIRE(vision::encode_jpeg(image, 20).size() < good.size());
}

TEST_CASE("what is no picture is said to be none") {
  const auto refuse = [](const std::string& content, const std::string& problem) {
    REQUIRE_THROWS_TEXT(decode_image(bytes_from(content), "a/photo.jpg"), IoError,
                        "a/photo.jpg: " + problem);
  };
  refuse("", "the file is empty");
  refuse("a", "no picture: it begins with \"a\"; JPEG, PNG, BMP, GIF and binary PNM are read");
  refuse("this is\n a text",
         "no picture: it begins with \"this is.\"; JPEG, PNG, BMP, GIF and binary PNM are read");
  refuse("<!DOCTYPE html>",
         "no picture: it is HTML or SVG; JPEG, PNG, BMP, GIF and binary PNM are read");
  refuse("RIFF....WEBPVP8 ", "no picture: it is WebP; JPEG, PNG, BMP, GIF and binary PNM are read");
  refuse("P5 1 1 65535 xy", "PNM of 16 bits a sample is not read; convert it to PNG");
  refuse("....ftypheic", "no picture: it is HEIC; JPEG, PNG, BMP, GIF and binary PNM are read");
}

TEST_CASE("a file that cannot be read is named with the cause") {
  const test::TemporaryFolder folder;
  const auto missing = folder / "no_such_photo.jpg";
  REQUIRE_THROWS_TEXT(vision::read_image(missing), IoError,
                      missing.string() + ": cannot be opened (No such file or directory)");
  REQUIRE_THROWS_TEXT(vision::read_image(folder.path()), IoError,
                      folder.path().string() + ": cannot be read (Is a directory)");
  const auto empty = folder.write("empty.png", "");
  REQUIRE_THROWS_TEXT(vision::read_image(empty), IoError, empty.string() + ": the file is empty");
}

TEST_CASE("a picture cut anywhere is an error that names the file") {
  for (const std::string name :
       {"rgb.png", "interlaced.png", "palette.gif", "rgb.bmp", "grey.bmp", "rgb.ppm", "grey.pgm"}) {
    const Bytes whole = bytes_of(name);
    // No pixel is missing without a GIF's last two bytes or the filling of a BMP's last row.
    const std::size_t spare = name == "palette.gif" ? 2 : name.ends_with(".bmp") ? 3 : 0;
    const std::size_t enough = whole.size() - spare;
    for (std::size_t size = 1; size < enough; ++size) {
      INFO(name << " cut to " << size << " of " << whole.size());
      REQUIRE_THROWS_PART(
          decode_image(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)),
                       "cut"),
          IoError, "cut: ");
    }
  }
  Bytes cut = bytes_of("rgb.ppm");
  cut.resize(300);
  REQUIRE_THROWS_TEXT(decode_image(cut, "cut.ppm"), IoError,
                      "cut.ppm: truncated PNM: the data end after 300 bytes");
}

TEST_CASE("damaged pictures are refused or decoded, never a crash") {
  for (const std::string name :
       {"rgb.png", "interlaced.png", "alpha.png", "palette.gif", "rgb.bmp", "grey.bmp", "grey.pgm",
        "rgb.jpg", "progressive.jpg", "cmyk.jpg"}) {
    const Bytes whole = bytes_of(name);
    Generator generator(5);
    for (int trial = 0; trial < 200; ++trial) {
      Bytes damaged = whole;
      for (int i = 0; i < 3; ++i)
        damaged[static_cast<std::size_t>(generator.below(std::ssize(whole)))] =
            static_cast<std::uint8_t>(generator.below(256));
      try {
        const Tensor image = decode_image(damaged, "damaged");
        REQUIRE(image.shape()[2] == 3);
      } catch (const IoError& error) {
        REQUIRE(std::string(error.what()).starts_with("damaged: "));
      }
    }
  }
}

TEST_CASE("a picture that claims to be huge is refused before memory is asked for") {
  Bytes png = bytes_of("rgb.png");
  png[18] = png[22] = 0x42;  // the third byte of four of width and height
  REQUIRE_THROWS_TEXT(decode_image(png, "huge.png"), IoError,
                      "huge.png: a picture must have 1 to 2^28 pixels; this one claims "
                      "16913x16909");
  png[17] = png[21] = 0x10;
  REQUIRE_THROWS_TEXT(decode_image(png, "huge.png"), IoError,
                      "huge.png: damaged PNG: Image too large to decode");
  Bytes jpeg = bytes_of("rgb.jpg");
  for (std::size_t i = 2; i + 8 < jpeg.size(); ++i) {
    if (jpeg[i] == 0xFF && jpeg[i + 1] == 0xC0)
      jpeg[i + 5] = jpeg[i + 6] = jpeg[i + 7] = jpeg[i + 8] = 0xF0;
  }
  REQUIRE_THROWS_TEXT(decode_image(jpeg, "huge.jpg"), IoError,
                      "huge.jpg: a picture must have 1 to 2^28 pixels; this one claims "
                      "61680x61680");
}

TEST_CASE("encoders say what they need") {
  REQUIRE_THROWS_TEXT(vision::encode_png(Tensor(Shape{2, 3})), InvalidArgument,
                      "encode_png: a picture must be uint8 [H, W, 3] and not empty; got float32 "
                      "[2, 3]");
  REQUIRE_THROWS_TEXT(vision::encode_jpeg(Tensor()), InvalidArgument,
                      "encode_jpeg: a picture must be uint8 [H, W, 3] and not empty; got none");
  REQUIRE_THROWS_TEXT(vision::encode_jpeg(smooth(2, 2), 0), InvalidArgument,
                      "encode_jpeg: quality must be in [1, 100]; got 0");
  REQUIRE_THROWS_TEXT(vision::encode_jpeg(Tensor(Shape{1, 70000, 3}, DType::uint8)),
                      InvalidArgument,
                      "encode_jpeg: sides must be at most 65535 and all pixels 2^30 bytes; got "
                      "[1, 70000, 3]");
}
