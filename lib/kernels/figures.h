// Figures drawn into pictures of bytes [side, side, 3]: in whole numbers, so that every machine
// draws the same.
#pragma once

#include <array>
#include <cstdint>

namespace limn::kernels {

enum class Figure { circle, square, triangle, cross, ring, star };

/// Lengths are sixteenths of a pixel. A figure fills about the square of ± `radius` around its
/// centre.
struct Drawing {
  Figure figure = Figure::circle;
  std::int64_t x = 0;  ///< of the centre, from the left
  std::int64_t y = 0;  ///< from the top
  std::int64_t radius = 16;
  std::int64_t tilt = 0;  ///< turned by about 1.8 degrees times this
  std::array<std::uint8_t, 3> colour{};
};

/// Edges are smooth: the share of 4x4 points of a pixel that lie in the figure.
void draw_figure(const Drawing& drawing, std::int64_t side, std::uint8_t* picture);

/// Adds whole numbers in [−amplitude, amplitude] to n bytes, equally likely, drawn from `key`.
void add_noise(std::int64_t n, int amplitude, std::uint64_t key, std::uint8_t* bytes);

}  // namespace limn::kernels
