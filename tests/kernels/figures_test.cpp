#include "kernels/figures.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "support/catch.h"

using namespace limn;
using kernels::Drawing;
using kernels::Figure;

namespace {

using Bytes = std::vector<std::uint8_t>;
constexpr std::int64_t kSide = 40;

// White on black: the red byte of a pixel is 255 times its covered share.
Bytes drawn(Drawing drawing) {
  Bytes picture(kSide * kSide * 3);
  drawing.colour = {255, 255, 255};
  kernels::draw_figure(drawing, kSide, picture.data());
  return picture;
}

double area(const Bytes& picture) {
  double sum = 0;
  for (std::size_t i = 0; i < picture.size(); i += 3) sum += picture[i] / 255.0;
  return sum;
}

Drawing centred(Figure figure, std::int64_t radius) {
  return {.figure = figure, .x = kSide * 8, .y = kSide * 8, .radius = radius * 16};
}

}  // namespace

TEST_CASE("figures have the area that geometry gives them") {
  const double pi = std::numbers::pi;
  const auto share = [](Figure figure) { return area(drawn(centred(figure, 16))) / 256; };
  REQUIRE(share(Figure::circle) == Approx(pi * std::pow(940 / 1024.0, 2)).epsilon(0.03));
  REQUIRE(share(Figure::ring) ==
          Approx(pi * (std::pow(980 / 1024.0, 2) - std::pow(560 / 1024.0, 2))).epsilon(0.03));
  REQUIRE(share(Figure::square) == Approx(4 * std::pow(840 / 1024.0, 2)).epsilon(0.03));
  REQUIRE(share(Figure::triangle) == Approx(940.0 * 1710 / 1024 / 1024).epsilon(0.03));
  REQUIRE(share(Figure::cross) ==
          Approx((8 * 980.0 * 310 - 4 * 310.0 * 310) / 1024 / 1024).epsilon(0.03));
  // Ten triangles between the centre, a point at 1 and the waist at 0.42, 36 degrees apart.
  REQUIRE(share(Figure::star) == Approx(5 * 0.42 * std::sin(pi / 5)).epsilon(0.03));
}

TEST_CASE("a tilt turns a figure and keeps its area") {
  const Bytes straight = drawn(centred(Figure::square, 12));
  Drawing tilted = centred(Figure::square, 12);
  tilted.tilt = 6;
  REQUIRE(area(drawn(tilted)) == Approx(area(straight)).epsilon(0.03));
  REQUIRE(drawn(tilted) != straight);
}

TEST_CASE("edges are smooth, the inside is plain") {
  const Bytes picture = drawn(centred(Figure::circle, 10));
  REQUIRE(picture[(20 * kSide + 20) * 3] == 255);
  REQUIRE(picture[(20 * kSide + 33) * 3] == 0);
  const auto between = std::count_if(picture.begin(), picture.end(),
                                     [](std::uint8_t byte) { return byte > 0 && byte < 255; });
  REQUIRE(between > 3 * 20);
}

TEST_CASE("what hangs over the picture's edge is not drawn") {
  Drawing corner = centred(Figure::square, 10);
  corner.x = corner.y = 0;
  const double whole = area(drawn(centred(Figure::square, 10)));
  REQUIRE(area(drawn(corner)) == Approx(whole / 4).epsilon(0.02));
}

TEST_CASE("noise is even, bounded and repeats itself") {
  Bytes grey(10007, 100);
  kernels::add_noise(std::ssize(grey), 3, 5, grey.data());
  std::vector<int> counts(7);
  for (const std::uint8_t byte : grey) {
    REQUIRE((byte >= 97 && byte <= 103));
    ++counts[byte - 97u];
  }
  for (const int count : counts) REQUIRE(count == Approx(10007 / 7.0).epsilon(0.1));
  Bytes again(10007, 100);
  kernels::add_noise(std::ssize(again), 3, 5, again.data());
  REQUIRE(again == grey);
  Bytes white(1000, 254);
  kernels::add_noise(std::ssize(white), 9, 5, white.data());
  REQUIRE(*std::min_element(white.begin(), white.end()) >= 245);
  REQUIRE(*std::max_element(white.begin(), white.end()) == 255);
}
