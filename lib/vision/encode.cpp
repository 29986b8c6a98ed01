#include <cstring>

#include "limn/vision/image.h"
#include "vision/picture.h"

#define STB_IMAGE_WRITE_IMPLEMENTATION
#define STB_IMAGE_WRITE_STATIC
#define STBI_WRITE_NO_STDIO
#include <stb_image_write.h>

namespace limn::vision {
namespace {

struct Picture {
  const std::uint8_t* pixels;
  int height;
  int width;
};

// `most` is the largest side that the format can say.
Picture picture_of(const Tensor& image, const char* op, std::int64_t most) {
  require_picture(image, op);
  const Shape& shape = image.shape();
  require(shape[0] <= most && shape[1] <= most && image.elements() < std::int64_t{1} << 30,
          "{}: sides must be at most {} and all pixels 2^30 bytes; got {}", op, most, shape);
  return {image.data<std::uint8_t>(), static_cast<int>(shape[0]), static_cast<int>(shape[1])};
}

void append(void* to, void* data, int size) {
  const auto* bytes = static_cast<const std::uint8_t*>(data);
  static_cast<std::vector<std::uint8_t>*>(to)->insert(
      static_cast<std::vector<std::uint8_t>*>(to)->end(), bytes, bytes + size);
}

}  // namespace

std::vector<std::uint8_t> encode_png(const Tensor& image) {
  const Picture p = picture_of(image, "encode_png", 1 << 30);
  std::vector<std::uint8_t> bytes;
  const int ok =
      stbi_write_png_to_func(append, &bytes, p.width, p.height, 3, p.pixels, 3 * p.width);
  if (!ok) throw Error("encode_png: no memory left for " + image.shape().to_string());
  return bytes;
}

std::vector<std::uint8_t> encode_jpeg(const Tensor& image, int quality) {
  require(quality >= 1 && quality <= 100, "encode_jpeg: quality must be in [1, 100]; got {}",
          quality);
  const Picture p = picture_of(image, "encode_jpeg", 65535);
  std::vector<std::uint8_t> bytes;
  const int ok = stbi_write_jpg_to_func(append, &bytes, p.width, p.height, 3, p.pixels, quality);
  LIMN_ASSERT(ok);
  return bytes;
}

}  // namespace limn::vision
