#include "limn/vision/transform.h"

#include <cmath>

#include "limn/core/error.h"
#include "limn/vision/image.h"
#include "support/difference.h"
#include "support/golden.h"
#include "support/temporary_folder.h"

using namespace limn;
using test::largest_difference;

namespace {

// Pixel (row, column) is {row, column, 7}.
Tensor numbered(std::int64_t height, std::int64_t width) {
  Tensor image(Shape{height, width, 3}, DType::uint8);
  for (std::int64_t i = 0; i < height * width; ++i) {
    image.data<std::uint8_t>()[3 * i] = static_cast<std::uint8_t>(i / width);
    image.data<std::uint8_t>()[3 * i + 1] = static_cast<std::uint8_t>(i % width);
    image.data<std::uint8_t>()[3 * i + 2] = 7;
  }
  return image;
}

std::vector<int> pixel(const Tensor& image, std::int64_t row, std::int64_t column) {
  const std::uint8_t* at = image.data<std::uint8_t>() + (row * image.shape()[1] + column) * 3;
  return {at[0], at[1], at[2]};
}

}  // namespace

TEST_CASE("resize gives Pillow's bytes") {
  const SafetensorsFile golden(test::kGolden / "vision" / "resize.safetensors");
  int cases = 0;
  for (const std::string& name : golden.names()) {
    if (!name.ends_with("/y_pillow")) continue;
    INFO(name);
    const Tensor expected = golden.tensor(name);
    const Tensor x = golden.tensor(name.substr(0, name.find('/')) + "/x");
    const auto filter =
        name.starts_with("bicubic") ? vision::Filter::bicubic : vision::Filter::bilinear;
    const Tensor y = vision::resize(x, expected.shape()[0], expected.shape()[1], filter);
    REQUIRE(largest_difference(y, expected) == 0);
    ++cases;
  }
  REQUIRE(cases == 8);
}

TEST_CASE("photos become the crops that torchvision's recipe makes of them", "[data]") {
  const auto path = test::kShared / "golden" / "preprocess.safetensors";
  if (!test::is_there(path)) return;
  const SafetensorsFile golden(path);
  int photos = 0;
  for (const std::string& name : golden.names()) {
    if (!name.ends_with("/crop")) continue;
    INFO(name);
    const std::string id = name.substr(0, name.find('/'));
    const auto mini = test::kShared / "coco" / "mini";
    auto photo = mini / "val2017" / (id + ".jpg");
    if (!std::filesystem::exists(photo)) photo = mini / "train2017" / (id + ".jpg");
    const Tensor image = vision::read_image(photo);
    REQUIRE(largest_difference(vision::crop(image, 0, 0, 32, 32),
                               golden.tensor(id + "/decoded_corner")) <= 2);
    REQUIRE(largest_difference(vision::resize_and_crop(image, {}), golden.tensor(name)) <= 2);
    ++photos;
  }
  REQUIRE(photos == 6);
}

TEST_CASE("crop takes a part") {
  const Tensor part = vision::crop(numbered(5, 6), 1, 2, 3, 4);
  REQUIRE(part.shape() == Shape{3, 4, 3});
  REQUIRE(pixel(part, 0, 0) == std::vector{1, 2, 7});
  REQUIRE(pixel(part, 2, 3) == std::vector{3, 5, 7});
}

TEST_CASE("flip_horizontally mirrors, and twice is nothing") {
  const Tensor image = numbered(3, 5);
  const Tensor flipped = vision::flip_horizontally(image);
  REQUIRE(pixel(flipped, 1, 0) == std::vector{1, 4, 7});
  REQUIRE(pixel(flipped, 2, 3) == std::vector{2, 1, 7});
  REQUIRE(largest_difference(vision::flip_horizontally(flipped), image) == 0);
}

TEST_CASE("the square is cut from the centre, halves to the even pixel") {
  const vision::Preprocessing p{.shorter = 4, .crop = 4};
  // (7 − 4) / 2 = 1.5 becomes 2, (5 − 4) / 2 = 0.5 becomes 0.
  REQUIRE(pixel(vision::resize_and_crop(numbered(4, 7), p), 0, 0) == std::vector{0, 2, 7});
  REQUIRE(pixel(vision::resize_and_crop(numbered(5, 4), p), 0, 0) == std::vector{0, 0, 7});
  const vision::Preprocessing small{.shorter = 6, .crop = 3};
  REQUIRE(pixel(vision::resize_and_crop(numbered(6, 8), small), 0, 0) == std::vector{2, 2, 7});
}

TEST_CASE("the longer side is truncated") {
  // 3x5 at shorter 4 is 4x6 (6.67), from which columns 1 to 4 are cut.
  const Tensor image = numbered(3, 5);
  const Tensor square = vision::resize_and_crop(image, {.shorter = 4, .crop = 4});
  const Tensor wide = vision::resize(image, 4, 6);
  REQUIRE(largest_difference(square, vision::crop(wide, 0, 1, 4, 4)) == 0);
}

TEST_CASE("a picture of the right size is taken as it is") {
  const Tensor image = numbered(8, 8);
  REQUIRE(vision::resize_and_crop(image, {.shorter = 10, .crop = 8}).raw() == image.raw());
}

TEST_CASE("a very long picture costs no more than its centre") {
  const Tensor image = Tensor::full(Shape{1, 200000, 3}, 9, DType::uint8);
  const Tensor square = vision::resize_and_crop(image, {});
  REQUIRE(largest_difference(square, Tensor::full(Shape{224, 224, 3}, 9, DType::uint8)) == 0);
}

TEST_CASE("a photo file is read and cropped as all its pixels would be") {
  const test::TemporaryFolder folder;
  Tensor picture(Shape{1101, 1303, 3}, DType::uint8);  // waves of some 100 pixels
  for (std::int64_t i = 0; i < picture.elements(); ++i) {
    const double x = static_cast<double>(i / 3 % 1303), y = static_cast<double>(i / 3909);
    const double wave = std::sin(x / 17 + static_cast<double>(i % 3)) * std::cos(y / 15);
    picture.data<std::uint8_t>()[i] = static_cast<std::uint8_t>(127.5 + 100 * wave);
  }
  const auto bytes = vision::encode_jpeg(picture, 95);
  const auto path =
      folder.write("a.jpg", {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  const vision::Preprocessing how;
  const Tensor all = vision::resize_and_crop(vision::read_image(path), how);
  const Tensor read = vision::read_and_crop(path, how);
  REQUIRE(read.shape() == all.shape());
  double sum = 0;
  for (std::int64_t i = 0; i < all.elements(); ++i)
    sum += std::abs(read.data<std::uint8_t>()[i] - all.data<std::uint8_t>()[i]);
  // Odd sides halve to half a pixel more, which moves the far edge: 7 grey levels are a pixel here.
  CHECK(largest_difference(read, all) <= 8);
  CHECK(sum / static_cast<double>(all.elements()) < 2.5);
  CHECK(vision::enough_pixels(how) == 512);
}

TEST_CASE("normalize centres and scales each colour") {
  Tensor image(Shape{1, 2, 3}, DType::uint8);
  for (std::int64_t i = 0; i < 6; ++i)
    image.data<std::uint8_t>()[i] = static_cast<std::uint8_t>(51 * i);
  const Tensor y = vision::normalize(image, {.mean = {0, 0.2, 0.5}, .deviation = {1, 0.5, 0.25}});
  const std::vector<float> expected{0, 0, -0.4f, 0.6f, 1.2f, 2};
  for (std::size_t i = 0; i < 6; ++i)
    REQUIRE(y.data<float>()[i] == Approx(expected[i]).margin(1e-6));
}

TEST_CASE("batch_of puts pictures of any sizes side by side") {
  const vision::Preprocessing p{.shorter = 8, .crop = 6};
  const std::vector<Tensor> images = {numbered(20, 13), numbered(6, 6), numbered(9, 30)};
  const Tensor batch = vision::batch_of(images, p);
  REQUIRE(batch.shape() == Shape{3, 6, 6, 3});
  for (std::int64_t i = 0; i < 3; ++i) {
    const Tensor alone =
        vision::normalize(vision::resize_and_crop(images[static_cast<std::size_t>(i)], p), p);
    test::require_close(batch.rows(i, i + 1).reshaped(Shape{6, 6, 3}), alone, 0);
  }
  REQUIRE(vision::batch_of({}, p).shape() == Shape{0, 6, 6, 3});
}

TEST_CASE("transforms say what does not fit") {
  const Tensor image = numbered(4, 5);
  REQUIRE_THROWS_TEXT(vision::resize(image, 0, 3), InvalidArgument,
                      "resize: sides must be at least 1; got 0x3");
  REQUIRE_THROWS_TEXT(vision::resize(Tensor(Shape{0, 4, 3}, DType::uint8), 1, 1), InvalidArgument,
                      "resize: a picture must be uint8 [H, W, 3] and not empty; got uint8 "
                      "[0, 4, 3]");
  REQUIRE_THROWS_TEXT(vision::crop(image, 2, 0, 3, 5), InvalidArgument,
                      "crop: the part must lie within the picture [4, 5, 3]; got 3x5 at row 2, "
                      "column 0");
  REQUIRE_THROWS_TEXT(vision::crop(image, -1, 0, 1, 1), InvalidArgument,
                      "crop: the part must lie within the picture [4, 5, 3]; got 1x1 at row -1, "
                      "column 0");
  REQUIRE_THROWS_TEXT(vision::resize_and_crop(image, {.shorter = 10, .crop = 11}), InvalidArgument,
                      "resize_and_crop: 1 <= crop <= shorter <= 2^24 is required; got crop 11, "
                      "shorter 10");
  REQUIRE_THROWS_TEXT(vision::normalize(image, {.deviation = {1, 0, 1}}), InvalidArgument,
                      "normalize: deviations must be above 0; got 1, 0, 1");
  REQUIRE_THROWS_TEXT(vision::normalize(Tensor(Shape{2, 3}), {}), InvalidArgument,
                      "normalize: pixels must be uint8 [..., 3]; got float32 [2, 3]");
}
