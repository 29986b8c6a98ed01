// Antialiased resizing of pictures of bytes [H, W, 3].
#pragma once

#include <cstdint>

namespace limn::kernels {

enum class ResizeFilter { bilinear, bicubic };

/// `input` pixels become `output`, of which only `count` are computed, from number `first` on.
struct ResizeAxis {
  std::int64_t input = 0;
  std::int64_t output = 0;
  std::int64_t first = 0;
  std::int64_t count = 0;
};

/// x [vertical.input, horizontal.input, 3] to y [vertical.count, horizontal.count, 3]. Each output
/// pixel is the weighted mean of the pixels under the filter around its centre; the filter is as
/// wide as an output pixel when shrinking. Bicubic has a = −0.5. Columns first, rounded to bytes,
/// then rows, in fixed point: bit for bit as Pillow. Runs on the calling thread alone.
void resize(ResizeFilter filter, const ResizeAxis& vertical, const ResizeAxis& horizontal,
            const std::uint8_t* x, std::uint8_t* y);

}  // namespace limn::kernels
