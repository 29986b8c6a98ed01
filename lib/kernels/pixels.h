// Bytes of pictures to other bytes, and to what a network reads. Each runs on the calling thread
// alone.
#pragma once

#include <array>
#include <cstdint>

namespace limn::kernels {

/// n pixels of 1 (grey), 2 (grey, alpha), 3 (RGB) or 4 (RGB, alpha) bytes to RGB; what is
/// transparent lies over white.
void to_rgb(std::int64_t n, int channels, const std::uint8_t* x, std::uint8_t* rgb);
/// n pixels of cyan, magenta, yellow and black to RGB; `inverted`: 255 is no ink.
void cmyk_to_rgb(std::int64_t n, bool inverted, const std::uint8_t* x, std::uint8_t* rgb);

/// Which pixel of x each pixel of a picture [height, width] is.
struct PixelOrder {
  std::int64_t height = 0;
  std::int64_t width = 0;
  std::int64_t first = 0;
  std::int64_t row_step = 0;
  std::int64_t column_step = 0;
};
/// Pixel (i, j) of y is pixel first + i · row_step + j · column_step of x, 3 bytes each.
void rearrange(const PixelOrder& order, const std::uint8_t* x, std::uint8_t* y);

/// y = (x / 255 − mean) / deviation of n pixels of 3 bytes.
void normalize(std::int64_t n, const std::array<double, 3>& mean,
               const std::array<double, 3>& deviation, const std::uint8_t* x, float* y);

}  // namespace limn::kernels
