#include <string_view>

#include "limn/core/error.h"
#include "limn/core/generator.h"
#include "limn/vision/image.h"
#include "support/files.h"
#include "support/golden.h"
#include "vision/jpeg_segments.h"

using namespace limn;
using vision::decode_image;

namespace {

using Bytes = std::vector<std::uint8_t>;

// Four plain quarters: red, green / blue, white.
Tensor quarters(std::int64_t height, std::int64_t width) {
  Tensor image = Tensor::zeros(Shape{height, width, 3}, DType::uint8);
  for (std::int64_t i = 0; i < height * width; ++i) {
    std::uint8_t* pixel = image.data<std::uint8_t>() + i * 3;
    const bool right = i % width >= width / 2;
    const bool below = i / width >= height / 2;
    if (!below) pixel[right ? 1 : 0] = 255;
    if (below) pixel[2] = 255;
    if (below && right) pixel[0] = pixel[1] = 255;
  }
  return image;
}

char colour_at(const Tensor& image, std::int64_t row, std::int64_t column) {
  const std::uint8_t* pixel = image.data<std::uint8_t>() + (row * image.shape()[1] + column) * 3;
  const int bits = (pixel[0] > 128) + 2 * (pixel[1] > 128) + 4 * (pixel[2] > 128);
  return "?rg?b??w"[bits];
}

// Colours of the corners, in reading order.
std::string corners(const Tensor& image) {
  const std::int64_t bottom = image.shape()[0] - 4;
  const std::int64_t right = image.shape()[1] - 4;
  return {colour_at(image, 3, 3), colour_at(image, 3, right), colour_at(image, bottom, 3),
          colour_at(image, bottom, right)};
}

void put(Bytes& bytes, std::uint32_t value, int size, bool big) {
  for (int i = 0; i < size; ++i)
    bytes.push_back(static_cast<std::uint8_t>(value >> 8 * (big ? size - 1 - i : i)));
}

struct Entry {
  std::uint32_t tag, type, count, value;
};

Bytes tiff(const std::vector<Entry>& entries, bool big, std::uint32_t directory = 8) {
  Bytes bytes;
  for (const char c : std::string_view(big ? "MM" : "II"))
    bytes.push_back(static_cast<std::uint8_t>(c));
  put(bytes, 42, 2, big);
  put(bytes, directory, 4, big);
  put(bytes, static_cast<std::uint32_t>(entries.size()), 2, big);
  for (const Entry& entry : entries) {
    put(bytes, entry.tag, 2, big);
    put(bytes, entry.type, 2, big);
    put(bytes, entry.count, 4, big);
    put(bytes, entry.value, entry.type == 3 ? 2 : 4, big);
    if (entry.type == 3) put(bytes, 0, 2, big);
  }
  put(bytes, 0, 4, big);
  return bytes;
}

// `jpeg` with an APP1 segment behind its first marker.
Bytes with_exif(const Bytes& jpeg, const Bytes& data, int claimed_length = -1) {
  Bytes segment{0xFF, 0xE1};
  const auto length = static_cast<int>(data.size()) + 8;
  put(segment, static_cast<std::uint32_t>(claimed_length < 0 ? length : claimed_length), 2, true);
  for (const char c : std::string_view("Exif\0\0", 6))
    segment.push_back(static_cast<std::uint8_t>(c));
  segment.insert(segment.end(), data.begin(), data.end());
  Bytes result(jpeg);
  result.insert(result.begin() + 2, segment.begin(), segment.end());
  return result;
}

Bytes oriented(std::uint32_t orientation, bool big) {
  static const Bytes jpeg = vision::encode_jpeg(quarters(32, 48), 95);
  return with_exif(jpeg, tiff({{0x10F, 2, 4, 0}, {0x112, 3, 1, orientation}}, big));
}

Bytes first(const Bytes& bytes, std::size_t size) {
  return {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size)};
}

}  // namespace

TEST_CASE("a photo is turned as its EXIF orientation says") {
  // Where the stored first row and column are to be seen, as EXIF defines 1 to 8.
  const char* expected[] = {"rgbw", "grwb", "wbgr", "bwrg", "rbgw", "brwg", "wgbr", "gwrb"};
  for (const bool big : {true, false}) {
    for (std::uint32_t orientation = 1; orientation <= 8; ++orientation) {
      INFO("orientation " << orientation << (big ? " big" : " little"));
      const Tensor image = decode_image(oriented(orientation, big), "photo");
      REQUIRE(image.shape() == (orientation < 5 ? Shape{32, 48, 3} : Shape{48, 32, 3}));
      REQUIRE(corners(image) == expected[orientation - 1]);
    }
  }
}

TEST_CASE("a large JPEG may be read at a fraction of its size, as large as what is enough") {
  const Bytes jpeg = vision::encode_jpeg(quarters(403, 611));
  const auto size_with = [&](std::int64_t enough) {
    const Tensor image = decode_image(jpeg, "photo.jpg", enough);
    CHECK(corners(image) == "rgbw");
    return image.shape();
  };
  CHECK(size_with(0) == Shape{403, 611, 3});
  CHECK(size_with(404) == Shape{403, 611, 3});
  if (!LIMN_WITH_LIBJPEG) return;
  CHECK(size_with(202) == Shape{403, 611, 3});
  CHECK(size_with(201) == Shape{202, 306, 3});
  CHECK(size_with(100) == Shape{101, 153, 3});
  CHECK(size_with(9) == Shape{51, 77, 3});
  const Tensor lying =
      decode_image(with_exif(jpeg, tiff({{0x0112, 3, 1, 6}}, true)), "photo.jpg", 201);
  CHECK(lying.shape() == Shape{306, 202, 3});
  CHECK(corners(lying) == "brwg");
}

TEST_CASE("EXIF data that make no sense leave a photo as it is") {
  const Bytes jpeg = vision::encode_jpeg(quarters(32, 48), 95);
  const Entry turned{0x112, 3, 1, 6};
  const std::vector<Bytes> hostile = {
      oriented(0, true),
      oriented(9, false),
      with_exif(jpeg, {}),
      with_exif(jpeg, {'M', 'M', 0, 42}),
      with_exif(jpeg, {'M', 'M', 0, 42, 0xFF, 0xFF, 0xFF, 0xFF}),
      with_exif(jpeg, tiff({turned}, true, 0xFFFFFFF8)),
      with_exif(jpeg, tiff({turned}, false, 30)),
      with_exif(jpeg, first(tiff({turned}, true), 18)),
      with_exif(jpeg, tiff({{0x112, 7, 1, 6}}, true)),
      with_exif(jpeg, {'X', 'X', 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0}),
  };
  for (std::size_t i = 0; i < hostile.size(); ++i) {
    INFO("case " << i);
    REQUIRE(vision::exif_orientation(hostile[i]) == 1);
    REQUIRE(corners(decode_image(hostile[i], "photo")) == "rgbw");
  }
}

TEST_CASE("a directory that claims more entries than there are is read as far as it goes") {
  Bytes data = tiff({{0x112, 3, 1, 8}}, true);
  data[8] = data[9] = 0xFF;
  REQUIRE(vision::exif_orientation(with_exif(Bytes{0xFF, 0xD8, 0xFF, 0xD9, 0, 0}, data)) == 8);
  data = tiff({{0x112, 4, 1, 8}}, false);
  REQUIRE(vision::exif_orientation(with_exif(Bytes{0xFF, 0xD8, 0xFF, 0xD9, 0, 0}, data)) == 8);
}

TEST_CASE("segments with false lengths are no crash") {
  const Bytes jpeg = vision::encode_jpeg(quarters(32, 48), 95);
  for (const int length : {0, 1, 2, 3, 7, 8, 20, 65535}) {
    INFO("length " << length);
    const Bytes bytes = with_exif(jpeg, tiff({{0x112, 3, 1, 6}}, true), length);
    REQUIRE(vision::exif_orientation(bytes) >= 1);
    try {
      decode_image(bytes, "photo");
    } catch (const IoError& error) {
      REQUIRE(std::string(error.what()).starts_with("photo: "));
    }
  }
  Generator generator(3);
  for (int trial = 0; trial < 2000; ++trial) {
    Bytes noise(static_cast<std::size_t>(generator.below(60)) + 3);
    for (auto& byte : noise)
      byte = static_cast<std::uint8_t>(generator.below(3) == 0 ? 0xFF : generator.below(256));
    noise[0] = 0xFF;
    noise[1] = 0xD8;
    const int orientation = vision::exif_orientation(noise);
    REQUIRE((orientation >= 1 && orientation <= 8));
    REQUIRE_NOTHROW(vision::is_complete_jpeg(noise));
  }
}

TEST_CASE("a JPEG cut anywhere is an error that says so") {
  std::vector<Bytes> jpegs = {vision::encode_jpeg(quarters(40, 60), 95),
                              test::read_bytes(test::kGolden / "vision" / "rgb.jpg"),
                              test::read_bytes(test::kGolden / "vision" / "progressive.jpg"),
                              oriented(6, true)};
  for (const Bytes& whole : jpegs) {
    for (std::size_t size = 3; size < whole.size(); size += size + 60 < whole.size() ? 23 : 1) {
      INFO(size << " of " << whole.size());
      REQUIRE_THROWS_TEXT(
          decode_image(first(whole, size), "half.jpg"), IoError,
          "half.jpg: truncated JPEG: the data end after " + std::to_string(size) + " bytes");
    }
  }
}

TEST_CASE("a JPEG with a hole in its pixels is damaged, though it has an end") {
  const Bytes whole = vision::encode_jpeg(quarters(64, 64), 95);
  Bytes holed = first(whole, whole.size() - 60);
  holed.insert(holed.end(), {0xFF, 0xD9});
  if (!LIMN_WITH_LIBJPEG) return;  // stb_image fills the hole with grey and says nothing
  REQUIRE_THROWS_TEXT(decode_image(holed, "holed.jpg"), IoError,
                      "holed.jpg: damaged JPEG: Corrupt JPEG data: premature end of data segment");
}

TEST_CASE("what follows a JPEG's end is of no interest") {
  Bytes bytes = oriented(1, true);
  bytes.insert(bytes.end(), 1000, 0x5A);
  REQUIRE(corners(decode_image(bytes, "photo")) == "rgbw");
}
