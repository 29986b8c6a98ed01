#include "kernels/figures.h"

#include <algorithm>
#include <span>

#include "limn/core/generator.h"

namespace limn::kernels {
namespace {

constexpr std::int64_t kPixel = 16;
constexpr std::int64_t kStep = 4;     // between the points of a pixel
constexpr std::int64_t kUnit = 1024;  // the radius, in the figure's own coordinates

struct Point {
  std::int64_t x, y;
};

constexpr Point kSquare[] = {{-840, -840}, {840, -840}, {840, 840}, {-840, 840}};
constexpr Point kTriangle[] = {{0, -970}, {940, 740}, {-940, 740}};
constexpr Point kCross[] = {{-310, -980}, {310, -980}, {310, -310},  {980, -310},
                            {980, 310},   {310, 310},  {310, 980},   {-310, 980},
                            {-310, 310},  {-980, 310}, {-980, -310}, {-310, -310}};
// Five points, with a waist of 0.42.
constexpr Point kStar[] = {{0, -1024}, {253, -348}, {974, -316}, {409, 133},   {602, 828},
                           {0, 430},   {-602, 828}, {-409, 133}, {-974, -316}, {-253, -348}};

// Counts the edges that a line from p to the right crosses.
bool inside(std::span<const Point> polygon, const Point& p) {
  bool odd = false;
  Point a = polygon.back();
  for (const Point& b : polygon) {
    if ((a.y > p.y) != (b.y > p.y)) {
      const std::int64_t area = (b.x - a.x) * (p.y - a.y) - (p.x - a.x) * (b.y - a.y);
      if ((area > 0) == (b.y > a.y)) odd = !odd;
    }
    a = b;
  }
  return odd;
}

bool inside(Figure figure, const Point& p) {
  const std::int64_t squared = p.x * p.x + p.y * p.y;
  switch (figure) {
    case Figure::circle: return squared <= 940 * 940;
    case Figure::ring: return squared <= 980 * 980 && squared >= 560 * 560;
    case Figure::square: return inside(kSquare, p);
    case Figure::triangle: return inside(kTriangle, p);
    case Figure::cross: return inside(kCross, p);
    case Figure::star: return inside(kStar, p);
  }
  return false;
}

// From sixteenths of a pixel around the centre to the figure's own coordinates: turned by twice the
// arc tangent of tilt / 64, whose sine and cosine are fractions.
Point own_coordinates(const Drawing& d, std::int64_t dx, std::int64_t dy) {
  const std::int64_t cosine = 64 * 64 - d.tilt * d.tilt;
  const std::int64_t sine = 2 * 64 * d.tilt;
  const std::int64_t length = (64 * 64 + d.tilt * d.tilt) * d.radius;
  return {(cosine * dx + sine * dy) * kUnit / length, (cosine * dy - sine * dx) * kUnit / length};
}

// Of the 16 points of a pixel.
std::int64_t points_inside(const Drawing& d, std::int64_t row, std::int64_t column) {
  std::int64_t count = 0;
  for (std::int64_t y = kStep / 2; y < kPixel; y += kStep) {
    for (std::int64_t x = kStep / 2; x < kPixel; x += kStep)
      count +=
          inside(d.figure, own_coordinates(d, column * kPixel + x - d.x, row * kPixel + y - d.y));
  }
  return count;
}

}  // namespace

void draw_figure(const Drawing& drawing, std::int64_t side, std::uint8_t* picture) {
  constexpr std::int64_t kPoints = 16;
  const std::int64_t reach = drawing.radius * 5 / 4;
  const auto pixel = [&](std::int64_t at) {
    return std::clamp<std::int64_t>(at / kPixel, 0, side - 1);
  };
  for (std::int64_t row = pixel(drawing.y - reach); row <= pixel(drawing.y + reach); ++row) {
    for (std::int64_t column = pixel(drawing.x - reach); column <= pixel(drawing.x + reach);
         ++column) {
      const std::int64_t points = points_inside(drawing, row, column);
      std::uint8_t* bytes = picture + (row * side + column) * 3;
      for (std::size_t c = 0; c < 3; ++c)
        bytes[c] = static_cast<std::uint8_t>(
            (bytes[c] * (kPoints - points) + drawing.colour[c] * points + kPoints / 2) / kPoints);
    }
  }
}

void add_noise(std::int64_t n, int amplitude, std::uint64_t key, std::uint8_t* bytes) {
  constexpr std::int64_t kDrawn = 8;  // of 16 bits, by one call
  for (std::int64_t begin = 0; begin < n; begin += kDrawn) {
    const auto random = philox(key, static_cast<std::uint64_t>(begin / kDrawn));
    for (std::int64_t i = begin; i < std::min(begin + kDrawn, n); ++i) {
      const auto at = static_cast<std::uint32_t>(i - begin);
      const auto bits = static_cast<int>(random[at / 2] >> at % 2 * 16 & 0xFFFF);
      const int noise = (bits * (2 * amplitude + 1) >> 16) - amplitude;
      bytes[i] = static_cast<std::uint8_t>(std::clamp(bytes[i] + noise, 0, 255));
    }
  }
}

}  // namespace limn::kernels
