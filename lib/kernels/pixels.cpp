#include "kernels/pixels.h"

#include <algorithm>
#include <cstring>

namespace limn::kernels {
namespace {

// a · b / 255, rounded.
std::uint8_t product(std::uint32_t a, std::uint32_t b) {
  return static_cast<std::uint8_t>((a * b + 127) / 255);
}

std::uint8_t over_white(std::uint32_t value, std::uint32_t alpha) {
  return static_cast<std::uint8_t>((value * alpha + 255 * (255 - alpha) + 127) / 255);
}

}  // namespace

void to_rgb(std::int64_t n, int channels, const std::uint8_t* x, std::uint8_t* rgb) {
  if (channels == 3) {
    std::copy_n(x, n * 3, rgb);
    return;
  }
  const bool transparent = channels % 2 == 0;
  const int step = channels > 2 ? 1 : 0;
  for (std::int64_t i = 0; i < n; ++i, x += channels, rgb += 3) {
    for (int c = 0; c < 3; ++c)
      rgb[c] = transparent ? over_white(x[c * step], x[channels - 1]) : x[0];
  }
}

void cmyk_to_rgb(std::int64_t n, bool inverted, const std::uint8_t* x, std::uint8_t* rgb) {
  const std::uint8_t flip = inverted ? 0 : 255;
  for (std::int64_t i = 0; i < n; ++i, x += 4, rgb += 3) {
    for (int c = 0; c < 3; ++c) rgb[c] = product(x[c] ^ flip, x[3] ^ flip);
  }
}

void rearrange(const PixelOrder& order, const std::uint8_t* x, std::uint8_t* y) {
  for (std::int64_t i = 0; i < order.height; ++i) {
    const std::uint8_t* from = x + (order.first + i * order.row_step) * 3;
    if (order.column_step == 1) {
      y = std::copy_n(from, order.width * 3, y);
      continue;
    }
    for (std::int64_t j = 0; j < order.width; ++j, from += order.column_step * 3, y += 3)
      std::memcpy(y, from, 3);
  }
}

void normalize(std::int64_t n, const std::array<double, 3>& mean,
               const std::array<double, 3>& deviation, const std::uint8_t* x, float* y) {
  std::array<std::array<float, 3>, 256> table;
  for (std::size_t byte = 0; byte < 256; ++byte) {
    for (std::size_t c = 0; c < 3; ++c)
      table[byte][c] =
          static_cast<float>((static_cast<double>(byte) / 255 - mean[c]) / deviation[c]);
  }
  for (std::int64_t i = 0; i < n; ++i, x += 3, y += 3) {
    for (std::size_t c = 0; c < 3; ++c) y[c] = table[x[c]][c];
  }
}

}  // namespace limn::kernels
