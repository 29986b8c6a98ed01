#include "limn/vision/image.h"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string_view>

#include "kernels/pixels.h"
#include "limn/core/error.h"
#include "vision/decode.h"
#include "vision/jpeg_segments.h"

namespace limn::vision {
namespace {

constexpr std::size_t kMostBytes = std::size_t{1} << 30;
constexpr std::int64_t kMostPixels = std::int64_t{1} << 28;

struct Format {
  const char* name;
  std::size_t at;  // where the magic is
  std::string_view magic;
  bool readable = true;
};

constexpr Format kFormats[] = {
    {"JPEG", 0, "\xFF\xD8\xFF"},
    {"PNG", 0, "\x89PNG"},
    {"GIF", 0, "GIF8"},
    {"BMP", 0, "BM"},
    {"PNM", 0, "P5"},
    {"PNM", 0, "P6"},
    {"WebP", 8, "WEBP", false},
    {"TIFF", 0, std::string_view("II*\0", 4), false},
    {"TIFF", 0, std::string_view("MM\0*", 4), false},
    {"AVIF", 4, "ftypavif", false},
    {"HEIC", 4, "ftyp", false},
    {"JPEG XL", 0, "\xFF\x0A", false},
    {"HTML or SVG", 0, "<", false},
};

const Format* format_of(Bytes bytes) {
  for (const Format& format : kFormats) {
    const std::size_t end = format.at + format.magic.size();
    if (bytes.size() < end) continue;
    if (std::memcmp(bytes.data() + format.at, format.magic.data(), format.magic.size()) == 0)
      return &format;
  }
  return nullptr;
}

[[noreturn]] void refuse(Bytes bytes, const Format* format, const std::filesystem::path& name) {
  constexpr const char* kReadable = "JPEG, PNG, BMP, GIF and binary PNM are read";
  if (format != nullptr)
    throw IoError(name, fmt::format("no picture: it is {}; {}", format->name, kReadable));
  std::string beginning;
  for (const std::uint8_t byte : bytes.first(std::min<std::size_t>(bytes.size(), 8)))
    beginning += byte >= 32 && byte < 127 ? static_cast<char>(byte) : '.';
  throw IoError(name, fmt::format("no picture: it begins with \"{}\"; {}", beginning, kReadable));
}

Tensor decode_jpeg(Bytes bytes, const std::filesystem::path& name,
                   [[maybe_unused]] std::int64_t enough) {
  if (!is_complete_jpeg(bytes))
    throw IoError(name, fmt::format("truncated JPEG: the data end after {} bytes", bytes.size()));
#ifdef LIMN_WITH_LIBJPEG
  return decode_with_libjpeg(bytes, name, enough);
#else
  return decode_with_stb(bytes, name, "JPEG");
#endif
}

// What EXIF calls the orientation: where the picture's first row and column are to be seen.
Tensor upright(const Tensor& image, int orientation) {
  if (orientation == 1) return image;
  const std::int64_t height = image.shape()[0];
  const std::int64_t width = image.shape()[1];
  const bool lies = orientation >= 5;
  const bool from_right =
      orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
  const bool from_bottom =
      orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
  const std::int64_t across = from_right ? -1 : 1;
  const std::int64_t down = from_bottom ? -width : width;
  const kernels::PixelOrder order{
      .height = lies ? width : height,
      .width = lies ? height : width,
      .first = (from_right ? width - 1 : 0) + (from_bottom ? (height - 1) * width : 0),
      .row_step = lies ? across : down,
      .column_step = lies ? down : across};
  Tensor turned(Shape{order.height, order.width, 3}, DType::uint8);
  kernels::rearrange(order, image.data<std::uint8_t>(), turned.data<std::uint8_t>());
  return turned;
}

// Pipes too; not mapped, so that a file that shrinks meanwhile is no crash.
std::vector<std::uint8_t> read_file(const std::filesystem::path& path) {
  const auto cause = [] { return std::strerror(errno); };
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"),
                                                             std::fclose);
  if (file == nullptr) throw IoError(path, fmt::format("cannot be opened ({})", cause()));
  std::vector<std::uint8_t> bytes;
  for (std::size_t step = 1 << 16;; step = std::min<std::size_t>(2 * step, 1 << 24)) {
    const std::size_t size = bytes.size();
    bytes.resize(size + step);
    const std::size_t got = std::fread(bytes.data() + size, 1, step, file.get());
    bytes.resize(size + got);
    if (std::ferror(file.get())) throw IoError(path, fmt::format("cannot be read ({})", cause()));
    if (bytes.size() > kMostBytes) throw IoError(path, "larger than 2^30 bytes: no picture");
    if (got < step) return bytes;
  }
}

}  // namespace

void check_size(std::int64_t height, std::int64_t width, const std::filesystem::path& name) {
  if (height < 1 || width < 1 || height > kMostPixels / width)
    throw IoError(name, fmt::format("a picture must have 1 to 2^28 pixels; this one claims {}x{}",
                                    width, height));
}

Tensor decode_image(std::span<const std::uint8_t> bytes, const std::filesystem::path& name,
                    std::int64_t enough) {
  if (bytes.empty()) throw IoError(name, "the file is empty");
  const Format* format = format_of(bytes);
  if (format == nullptr || !format->readable) refuse(bytes, format, name);
  if (is_jpeg(bytes)) return upright(decode_jpeg(bytes, name, enough), exif_orientation(bytes));
  return decode_with_stb(bytes, name, format->name);
}

Tensor read_image(const std::filesystem::path& path, std::int64_t enough) {
  return decode_image(read_file(path), path, enough);
}

}  // namespace limn::vision
