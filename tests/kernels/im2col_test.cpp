#include "kernels/im2col.h"

#include <numeric>

#include "support/catch.h"
#include "support/random.h"

using namespace limn;
using namespace limn::kernels;
using test::random_values;

namespace {

// Pictures of 5 x 6 with 4 channels.
Conv2dShape shape_of(std::int64_t groups, Conv2dShape::Pair kernel, Conv2dShape::Pair stride,
                     Conv2dShape::Pair dilation, Conv2dShape::Pair pad) {
  Conv2dShape s;
  s.batch = 1;
  s.in_channels = 4;
  s.out_channels = groups;
  s.groups = groups;
  s.input = {5, 6};
  s.kernel = kernel;
  s.stride = stride;
  s.dilation = dilation;
  s.pad = pad;
  for (std::size_t axis = 0; axis < 2; ++axis) {
    const std::int64_t padded = s.input[axis] + 2 * pad[axis];
    s.output[axis] = (padded - dilation[axis] * (kernel[axis] - 1) - 1) / stride[axis] + 1;
  }
  return s;
}

std::vector<Conv2dShape> shapes() {
  return {shape_of(1, {1, 1}, {1, 1}, {1, 1}, {0, 0}), shape_of(1, {3, 3}, {1, 1}, {1, 1}, {1, 1}),
          shape_of(1, {2, 5}, {2, 3}, {1, 1}, {0, 3}), shape_of(2, {3, 2}, {1, 2}, {2, 1}, {2, 1}),
          shape_of(1, {2, 3}, {1, 1}, {3, 2}, {1, 4}), shape_of(4, {3, 3}, {2, 2}, {1, 1}, {1, 1})};
}

std::int64_t patch_size(const Conv2dShape& s) {
  return s.kernel[0] * s.kernel[1] * s.in_channels / s.groups;
}

// The element of the picture behind element `i` of the patch of output pixel `pixel`, or −1.
std::int64_t source(const Conv2dShape& s, std::int64_t group, std::int64_t pixel, std::int64_t i) {
  const std::int64_t channels = s.in_channels / s.groups;
  const std::int64_t tap = i / channels;
  const std::int64_t row =
      pixel / s.output[1] * s.stride[0] - s.pad[0] + tap / s.kernel[1] * s.dilation[0];
  const std::int64_t column =
      pixel % s.output[1] * s.stride[1] - s.pad[1] + tap % s.kernel[1] * s.dilation[1];
  const bool inside = row >= 0 && row < s.input[0] && column >= 0 && column < s.input[1];
  if (!inside) return -1;
  return (row * s.input[1] + column) * s.in_channels + group * channels + i % channels;
}

}  // namespace

TEST_CASE("im2col lays out the patch of every output pixel") {
  for (const Conv2dShape& s : shapes()) {
    const auto image = random_values<float>(5 * 6 * 4, 1);
    const std::int64_t first = s.out_pixels() / 3;
    const std::int64_t count = s.out_pixels() - first;
    for (std::int64_t group = 0; group < s.groups; ++group) {
      std::vector<float> columns(static_cast<std::size_t>(count * patch_size(s)), 9);
      im2col(s, group, first, count, image.data(), columns.data());
      std::vector<float> expected;
      for (std::int64_t pixel = first; pixel < first + count; ++pixel) {
        for (std::int64_t i = 0; i < patch_size(s); ++i) {
          const std::int64_t at = source(s, group, pixel, i);
          expected.push_back(at < 0 ? 0 : image[static_cast<std::size_t>(at)]);
        }
      }
      REQUIRE(columns == expected);
    }
  }
}

TEST_CASE("col2im adds every element to where it came from") {
  for (const Conv2dShape& s : shapes()) {
    const std::int64_t count = s.out_pixels();
    const auto columns = random_values<double>(count * patch_size(s), 2);
    auto image = random_values<double>(5 * 6 * 4, 3);
    auto expected = image;
    for (std::int64_t i = 0; i < count * patch_size(s); ++i) {
      const std::int64_t at = source(s, s.groups - 1, i / patch_size(s), i % patch_size(s));
      if (at >= 0) expected[static_cast<std::size_t>(at)] += columns[static_cast<std::size_t>(i)];
    }
    col2im(s, s.groups - 1, 0, count, columns.data(), image.data());
    REQUIRE(image == expected);
  }
}
