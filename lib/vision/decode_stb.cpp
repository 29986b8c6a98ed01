#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <string_view>

#include "kernels/pixels.h"
#include "limn/core/error.h"
#include "vision/decode.h"

#define STB_IMAGE_IMPLEMENTATION
#define STB_IMAGE_STATIC
#define STBI_NO_STDIO
#define STBI_NO_HDR
#define STBI_NO_LINEAR
#define STBI_NO_PIC
#define STBI_NO_PSD
#define STBI_NO_TGA
#define STBI_FAILURE_USERMSG
#include <stb_image.h>

namespace limn::vision {
namespace {

// Gives stb_image the bytes, and notices when it asks for more: some of its decoders would go on
// with zeros or whatever was in memory.
class Source {
 public:
  explicit Source(Bytes bytes) : bytes_(bytes) {}

  static int read(void* self, char* to, int size) {
    return static_cast<Source*>(self)->read(to, static_cast<std::size_t>(size));
  }
  static void skip(void* self, int count) {
    auto& source = *static_cast<Source*>(self);
    source.at_ += std::min(static_cast<std::size_t>(std::max(count, 0)), source.left());
  }
  static int at_end(void* self) { return static_cast<Source*>(self)->left() == 0; }

  bool ran_out() const { return ran_out_; }

 private:
  static constexpr std::size_t kBuffer = 128;  // stb_image fills it without need

  std::size_t left() const { return bytes_.size() - at_; }

  int read(char* to, std::size_t size) {
    const std::size_t count = std::min(size, left());
    ran_out_ = ran_out_ || count == 0 || (count < size && size != kBuffer);
    std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(at_), count, to);
    std::fill_n(to + count, size - count, '\0');
    at_ += count;
    return static_cast<int>(count);
  }

  Bytes bytes_;
  std::size_t at_ = 0;
  bool ran_out_ = false;
};

constexpr stbi_io_callbacks kCallbacks{Source::read, Source::skip, Source::at_end};

}  // namespace

Tensor decode_with_stb(Bytes bytes, const std::filesystem::path& name, const char* format) {
  int height = 0;
  int width = 0;
  int channels = 0;
  Source header(bytes);
  // Where this fails, decoding fails as well, and says why.
  if (stbi_info_from_callbacks(&kCallbacks, &header, &width, &height, &channels))
    check_size(height, width, name);
  Source samples(bytes);
  if (std::string_view(format) == "PNM" && stbi_is_16_bit_from_callbacks(&kCallbacks, &samples))
    throw IoError(name, "PNM of 16 bits a sample is not read; convert it to PNG");
  Source source(bytes);
  const std::unique_ptr<stbi_uc, decltype(&stbi_image_free)> pixels(
      stbi_load_from_callbacks(&kCallbacks, &source, &width, &height, &channels, 0),
      stbi_image_free);
  if (source.ran_out())
    throw IoError(name,
                  fmt::format("truncated {}: the data end after {} bytes", format, bytes.size()));
  if (pixels == nullptr)
    throw IoError(name, fmt::format("damaged {}: {}", format, stbi_failure_reason()));
  check_size(height, width, name);
  Tensor rgb(Shape{height, width, 3}, DType::uint8);
  kernels::to_rgb(std::int64_t{height} * width, channels, pixels.get(), rgb.data<std::uint8_t>());
  return rgb;
}

}  // namespace limn::vision
