#include "core/utf8.h"

#include <cstdint>
#include <string>

#include "support/catch.h"

using limn::invalid_utf8;

namespace {

constexpr auto kValid = std::string_view::npos;

std::string encoded(std::uint32_t c) {
  const auto byte = [](std::uint32_t value) { return static_cast<char>(value); };
  const auto tail = [&](int shift) { return byte(0x80 | (c >> shift & 0x3F)); };
  if (c < 0x80) return {byte(c)};
  if (c < 0x800) return {byte(0xC0 | c >> 6), tail(0)};
  if (c < 0x10000) return {byte(0xE0 | c >> 12), tail(6), tail(0)};
  return {byte(0xF0 | c >> 18), tail(12), tail(6), tail(0)};
}

}  // namespace

TEST_CASE("every character is UTF-8, but for surrogates and what is beyond Unicode") {
  for (std::uint32_t c = 0; c < 0x120000; ++c) {
    const bool valid = c <= 0x10FFFF && (c < 0xD800 || c > 0xDFFF);
    if ((invalid_utf8(encoded(c)) == kValid) != valid) FAIL("U+" << std::hex << c);
  }
}

TEST_CASE("characters that are cut short, too long or out of place are found where they begin") {
  REQUIRE(invalid_utf8("") == kValid);
  REQUIRE(invalid_utf8("a longer line, all of it ASCII") == kValid);
  REQUIRE(invalid_utf8("ein Mädchen, 一个女孩, 😀") == kValid);
  REQUIRE(invalid_utf8("caf\xE9 noir") == 3);
  REQUIRE(invalid_utf8("eight by\xE4te") == 8);
  REQUIRE(invalid_utf8("\x80") == 0);
  REQUIRE(invalid_utf8("a\xC0\x80") == 1);
  REQUIRE(invalid_utf8("a\xE0\x80\x80") == 1);
  REQUIRE(invalid_utf8("a\xF0\x80\x80\x80") == 1);
  REQUIRE(invalid_utf8("\xFF\xFE") == 0);
  for (const std::string whole : {"é", "一", "😀"}) {
    for (std::size_t size = 1; size < whole.size(); ++size) {
      REQUIRE(invalid_utf8("ab" + whole.substr(0, size)) == 2);
      REQUIRE(invalid_utf8("ab" + whole.substr(0, size) + "cdefghijk") == 2);
    }
  }
}
