#include "kernels/half.h"

#include <bit>
#include <cmath>
#include <limits>
#include <vector>

#include "limn/core/dtype.h"
#include "limn/core/generator.h"
#include "support/catch.h"

using namespace limn;

namespace {

std::uint32_t bits(float value) { return std::bit_cast<std::uint32_t>(value); }

std::vector<std::uint16_t> all_halves() {
  std::vector<std::uint16_t> halves;
  for (std::uint32_t half = 0; half < 65536; ++half)
    halves.push_back(static_cast<std::uint16_t>(half));
  return halves;
}

}  // namespace

TEST_CASE("every float16 becomes the float32 that core makes of it") {
  const auto halves = all_halves();
  std::vector<float> floats(halves.size());
  kernels::half_to_float(65536, halves.data(), floats.data());
  for (std::size_t i = 0; i < halves.size(); ++i)
    if (bits(floats[i]) != bits(to_float(Half{halves[i]}))) FAIL("float16 " << i);
}

TEST_CASE("every float16 and what lies between rounds as in core") {
  std::vector<float> floats;
  for (const std::uint16_t half : all_halves()) {
    const float value = to_float(Half{half});
    const float next = to_float(Half{static_cast<std::uint16_t>(half + 1)});
    for (const float between : {value, (value + next) / 2})
      for (const float towards : {-INFINITY, between, INFINITY})
        floats.push_back(std::nextafterf(between, towards));
  }
  Generator generator(1);
  for (int i = 0; i < 100000; ++i) floats.push_back(std::bit_cast<float>(generator.bits()));
  std::vector<std::uint16_t> halves(floats.size());
  kernels::float_to_half(static_cast<std::int64_t>(floats.size()), floats.data(), halves.data());
  for (std::size_t i = 0; i < floats.size(); ++i)
    if (halves[i] != to_half(floats[i]).bits) FAIL("float32 " << std::hex << bits(floats[i]));
}

TEST_CASE("the first value that float16 cannot hold is reported") {
  constexpr float infinity = std::numeric_limits<float>::infinity();
  std::vector<std::uint16_t> y(200000);
  const auto first = [&](const std::vector<float>& x) {
    return kernels::float_to_half(static_cast<std::int64_t>(x.size()), x.data(), y.data());
  };
  REQUIRE(first({}) == -1);
  REQUIRE(first({0, 65504, -65504, 1e-30f}) == -1);
  REQUIRE(first({0, 65504.01f}) == 1);
  REQUIRE(first({-65505}) == 0);
  for (const float bad : {NAN, -NAN, infinity, -infinity, 1e5f}) {
    for (const std::size_t place : {0u, 1023u, 1024u, 70000u, 199999u}) {
      std::vector<float> x(200000, 1.0f);
      x[place] = bad;
      x.back() = bad;
      REQUIRE(first(x) == static_cast<std::int64_t>(place));
    }
  }
}

TEST_CASE("rows of float16 are gathered as float32") {
  for (const std::int64_t columns : {1, 3, 1000}) {
    std::vector<std::uint16_t> x;
    for (std::int64_t i = 0; i < 5 * columns; ++i)
      x.push_back(to_half(static_cast<float>(i % 2000) * 0.5f).bits);
    std::vector<std::int64_t> rows = {4, 0, 4};
    if (columns == 1000) rows.resize(200, 2);
    std::vector<float> y(rows.size() * static_cast<std::size_t>(columns));
    kernels::gather_half_rows(rows, columns, x.data(), y.data());
    for (std::size_t i = 0; i < y.size(); ++i) {
      const auto place = static_cast<std::int64_t>(i);
      const std::int64_t from =
          rows[static_cast<std::size_t>(place / columns)] * columns + place % columns;
      if (y[i] != static_cast<float>(from % 2000) * 0.5f) FAIL("element " << i);
    }
  }
}
