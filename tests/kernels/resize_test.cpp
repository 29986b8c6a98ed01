#include "kernels/resize.h"

#include <cmath>
#include <vector>

#include "limn/core/generator.h"
#include "support/catch.h"

using namespace limn;
using kernels::ResizeAxis;
using kernels::ResizeFilter;

namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes random_bytes(std::int64_t n, std::uint64_t seed) {
  Generator generator(seed);
  Bytes bytes(static_cast<std::size_t>(n));
  for (auto& byte : bytes) byte = static_cast<std::uint8_t>(generator.below(256));
  return bytes;
}

double filter_at(ResizeFilter filter, double x) {
  x = std::abs(x);
  if (filter == ResizeFilter::bilinear) return std::max(1 - x, 0.0);
  if (x < 1) return 1.5 * x * x * x - 2.5 * x * x + 1;
  return x < 2 ? -0.5 * x * x * x + 2.5 * x * x - 4 * x + 2 : 0;
}

// One axis of `outer` lines of `inner` values each: every output sees every input.
std::vector<double> resize_axis(ResizeFilter filter, std::int64_t outer, const ResizeAxis& axis,
                                std::int64_t inner, const std::vector<double>& x) {
  const double scale = static_cast<double>(axis.input) / static_cast<double>(axis.output);
  std::vector<double> y;
  for (std::int64_t line = 0; line < outer; ++line) {
    for (std::int64_t o = axis.first; o < axis.first + axis.count; ++o) {
      std::vector<double> sums(static_cast<std::size_t>(inner));
      double total = 0;
      for (std::int64_t i = 0; i < axis.input; ++i) {
        const double centre = (static_cast<double>(o) + 0.5) * scale;
        const double distance = static_cast<double>(i) + 0.5 - centre;
        const double weight = filter_at(filter, distance / std::max(scale, 1.0));
        total += weight;
        for (std::size_t c = 0; c < sums.size(); ++c)
          sums[c] += weight * x[static_cast<std::size_t>((line * axis.input + i) * inner) + c];
      }
      for (const double sum : sums) y.push_back(std::clamp(std::round(sum / total), 0.0, 255.0));
    }
  }
  return y;
}

void compare(ResizeFilter filter, const ResizeAxis& vertical, const ResizeAxis& horizontal) {
  INFO("from " << vertical.input << "x" << horizontal.input << " to " << vertical.output << "x"
               << horizontal.output << ", bicubic " << (filter == ResizeFilter::bicubic));
  const Bytes x = random_bytes(vertical.input * horizontal.input * 3, 1);
  Bytes y(static_cast<std::size_t>(vertical.count * horizontal.count * 3));
  kernels::resize(filter, vertical, horizontal, x.data(), y.data());
  const auto narrow = resize_axis(filter, vertical.input, horizontal, 3, {x.begin(), x.end()});
  const auto naive = resize_axis(filter, 1, vertical, horizontal.count * 3, narrow);
  REQUIRE(naive.size() == y.size());
  std::size_t different = 0;  // where a sum is a half but for rounding
  for (std::size_t i = 0; i < y.size(); ++i) {
    REQUIRE(std::abs(naive[i] - y[i]) <= 1);
    if (naive[i] != y[i]) ++different;
  }
  REQUIRE(different * 20 <= y.size());
}

ResizeAxis whole(std::int64_t input, std::int64_t output) { return {input, output, 0, output}; }

}  // namespace

TEST_CASE("resize agrees with the sum over all pixels") {
  for (const auto filter : {ResizeFilter::bilinear, ResizeFilter::bicubic}) {
    compare(filter, whole(31, 12), whole(40, 17));
    compare(filter, whole(9, 21), whole(7, 30));
    compare(filter, whole(16, 5), whole(16, 48));
    compare(filter, whole(64, 1), whole(3, 1));
    compare(filter, whole(1, 4), whole(1, 6));
    compare(filter, whole(20, 20), whole(33, 11));
    compare(filter, whole(21, 8), whole(15, 15));
  }
}

TEST_CASE("a part of a resized picture is that part of the whole") {
  for (const std::int64_t width : {23, 30}) {
    const ResizeAxis vertical = whole(29, 20), horizontal = whole(30, width);
    const Bytes x = random_bytes(29 * 30 * 3, 2);
    Bytes all(static_cast<std::size_t>(20 * width * 3)), part(7 * 11 * 3);
    kernels::resize(ResizeFilter::bicubic, vertical, horizontal, x.data(), all.data());
    kernels::resize(ResizeFilter::bicubic, {29, 20, 5, 7}, {30, width, 12, 11}, x.data(),
                    part.data());
    for (std::int64_t i = 0; i < 7 * 11 * 3; ++i) {
      const std::int64_t at = ((5 + i / 33) * width + 12) * 3 + i % 33;
      REQUIRE(part[static_cast<std::size_t>(i)] == all[static_cast<std::size_t>(at)]);
    }
  }
}

TEST_CASE("resizing to the same size changes nothing") {
  const Bytes x = random_bytes(14 * 9 * 3, 3);
  Bytes y(x.size());
  kernels::resize(ResizeFilter::bicubic, whole(14, 14), whole(9, 9), x.data(), y.data());
  REQUIRE(x == y);
}
