#include "limn/core/dtype.h"

#include <bit>
#include <cmath>
#include <limits>

#include "limn/core/dispatch.h"
#include "support/catch.h"

using namespace limn;

namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

std::uint16_t half(float value) { return to_half(value).bits; }
std::uint16_t bfloat(float value) { return to_bfloat16(value).bits; }
float from_half(std::uint16_t bits) { return to_float(Half{bits}); }
float from_bfloat(std::uint16_t bits) { return to_float(BFloat16{bits}); }

// Every rounding boundary between two neighbours of a 16-bit format, of both signs: just below it
// the lower, just above it the higher, on it the one with an even last bit.
template <class Round, class Widen>
int wrong_roundings(std::uint16_t infinity, Round round, Widen widen) {
  int wrong = 0;
  for (std::uint16_t low = 0; low + 1 < infinity; ++low) {
    const auto high = static_cast<std::uint16_t>(low + 1);
    const float middle = static_cast<float>((double(widen(low)) + double(widen(high))) / 2);
    const std::uint16_t even = low % 2 == 0 ? low : high;
    wrong += round(middle) != even;
    wrong += round(std::nextafter(middle, -kInfinity)) != low;
    wrong += round(std::nextafter(middle, kInfinity)) != high;
    wrong += round(-middle) != (even | 0x8000);
  }
  return wrong;
}

template <class Round, class Widen>
int wrong_round_trips(std::uint16_t infinity, Round round, Widen widen) {
  int wrong = 0;
  for (int bits = 0; bits < 0x10000; ++bits) {
    const auto b = static_cast<std::uint16_t>(bits);
    if ((b & 0x7fff) <= infinity) wrong += round(widen(b)) != b;
  }
  return wrong;
}

}  // namespace

TEST_CASE("half precision has the values of IEEE 754") {
  REQUIRE(from_half(0x3c00) == 1);
  REQUIRE(from_half(0xc000) == -2);
  REQUIRE(from_half(0x7bff) == 65504);
  REQUIRE(from_half(0x0400) == 0x1p-14f);  // smallest normal
  REQUIRE(from_half(0x0001) == 0x1p-24f);  // smallest of all
  REQUIRE(from_half(0x03ff) == 1023 * 0x1p-24f);
  REQUIRE(from_half(0x3555) == 0.333251953125f);
  REQUIRE(std::signbit(from_half(0x8000)));
  REQUIRE(from_half(0xfc00) == -kInfinity);
  REQUIRE(std::isnan(from_half(0x7e00)));
  REQUIRE(std::isnan(from_half(0x7c01)));
}

TEST_CASE("every half survives the way to float and back") {
  REQUIRE(wrong_round_trips(0x7c00, half, from_half) == 0);
}

TEST_CASE("halves are rounded to nearest even at every boundary") {
  REQUIRE(wrong_roundings(0x7c00, half, from_half) == 0);
}

TEST_CASE("what is beyond half precision becomes infinity, 0 or NaN") {
  REQUIRE(half(65519.996f) == 0x7bff);
  REQUIRE(half(65520) == 0x7c00);
  REQUIRE(half(-1e30f) == 0xfc00);
  REQUIRE(half(kInfinity) == 0x7c00);
  REQUIRE(half(0x1p-25f) == 0);  // half of the smallest: to even
  REQUIRE(half(std::nextafter(0x1p-25f, 1.0f)) == 1);
  REQUIRE(half(-1e-30f) == 0x8000);
  REQUIRE(half(std::numeric_limits<float>::denorm_min()) == 0);
  REQUIRE(std::isnan(from_half(half(std::nanf("")))));
  REQUIRE(half(-std::nanf("")) >> 15 == 1);
  // A NaN whose payload is in the lowest bits only must not turn into infinity.
  REQUIRE(std::isnan(from_half(half(std::bit_cast<float>(0x7f800001u)))));
}

TEST_CASE("every bfloat16 survives the way to float and back") {
  REQUIRE(wrong_round_trips(0x7f80, bfloat, from_bfloat) == 0);
}

TEST_CASE("bfloat16 is rounded to nearest even at every boundary") {
  REQUIRE(wrong_roundings(0x7f80, bfloat, from_bfloat) == 0);
}

TEST_CASE("what is beyond bfloat16 becomes infinity or NaN") {
  REQUIRE(bfloat(1) == 0x3f80);
  REQUIRE(bfloat(std::numeric_limits<float>::max()) == 0x7f80);
  REQUIRE(bfloat(-std::numeric_limits<float>::max()) == 0xff80);
  REQUIRE(bfloat(-kInfinity) == 0xff80);
  REQUIRE(std::isnan(from_bfloat(bfloat(std::nanf("")))));
  REQUIRE(std::isnan(from_bfloat(bfloat(std::bit_cast<float>(0x7f800001u)))));
  REQUIRE(std::isnan(from_bfloat(bfloat(std::bit_cast<float>(0xffffffffu)))));
}

TEST_CASE("every dtype has a size and a name") {
  REQUIRE(size_of(DType::float64) == 8);
  REQUIRE(size_of(DType::int32) == 4);
  REQUIRE(size_of(DType::bfloat16) == 2);
  REQUIRE(size_of(DType::uint8) == 1);
  REQUIRE(name_of(DType::float16) == "float16");
  REQUIRE(name_of(dtype_of<float>) == "float32");
  REQUIRE(is_floating(DType::float64));
  REQUIRE_FALSE(is_floating(DType::float16));
}

TEST_CASE("for_floating takes float32 and float64 and names what it refuses") {
  const auto size = [](DType dtype) {
    return for_floating(dtype, "size", []<class T>() { return sizeof(T); });
  };
  REQUIRE(size(DType::float32) == 4);
  REQUIRE(size(DType::float64) == 8);
  REQUIRE_THROWS_TEXT(size(DType::uint8), InvalidArgument,
                      "size: needs float32 or float64; got uint8");
}
