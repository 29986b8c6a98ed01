#include "kernels/pixels.h"

#include <vector>

#include "support/catch.h"

using namespace limn;

namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes rgb_of(int channels, const Bytes& x) {
  const auto n = static_cast<std::int64_t>(x.size()) / channels;
  Bytes rgb(static_cast<std::size_t>(n * 3));
  kernels::to_rgb(n, channels, x.data(), rgb.data());
  return rgb;
}

}  // namespace

TEST_CASE("grey is repeated and alpha laid over white") {
  REQUIRE(rgb_of(1, {7, 200}) == Bytes{7, 7, 7, 200, 200, 200});
  REQUIRE(rgb_of(2, {9, 255, 9, 0, 0, 128}) == Bytes{9, 9, 9, 255, 255, 255, 127, 127, 127});
  REQUIRE(rgb_of(3, {1, 2, 3}) == Bytes{1, 2, 3});
  REQUIRE(rgb_of(4, {10, 20, 30, 255, 10, 20, 30, 0, 0, 100, 255, 51}) ==
          Bytes{10, 20, 30, 255, 255, 255, 204, 224, 255});
}

TEST_CASE("inks take light away") {
  const Bytes inks{0, 0, 0, 0, 255, 0, 0, 0, 0, 255, 255, 128, 10, 20, 30, 255};
  const Bytes colours{255, 255, 255, 0, 255, 255, 127, 0, 0, 0, 0, 0};
  Bytes rgb(12);
  kernels::cmyk_to_rgb(4, false, inks.data(), rgb.data());
  REQUIRE(rgb == colours);
  Bytes light(inks);
  for (auto& byte : light) byte = static_cast<std::uint8_t>(255 - byte);
  kernels::cmyk_to_rgb(4, true, light.data(), rgb.data());
  REQUIRE(rgb == colours);
}

TEST_CASE("rearrange turns a picture") {
  const Bytes x{1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 5, 5, 5, 6, 6, 6};  // 2x3
  Bytes y(18);
  kernels::rearrange({.height = 3, .width = 2, .first = 3, .row_step = 1, .column_step = -3},
                     x.data(), y.data());
  REQUIRE(y == Bytes{4, 4, 4, 1, 1, 1, 5, 5, 5, 2, 2, 2, 6, 6, 6, 3, 3, 3});
}
