#include "text/byte_alphabet.h"

#include "text/utf8.h"

namespace limn::text {
namespace {

constexpr char32_t kFirstOther = 0x100;

constexpr bool is_printable(int byte) {
  return (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
}

constexpr std::array<std::uint8_t, 256> kOrder = [] {
  std::array<std::uint8_t, 256> order{};
  std::size_t place = 0;
  for (const bool printable : {true, false})
    for (int byte = 0; byte < 256; ++byte)
      if (is_printable(byte) == printable) order[place++] = static_cast<std::uint8_t>(byte);
  return order;
}();

constexpr std::size_t kPrintable = 188;

}  // namespace

const std::array<std::uint8_t, 256>& bytes_in_order() { return kOrder; }

const std::string& written_byte(std::uint8_t byte) {
  static const auto written = [] {
    std::array<std::string, 256> texts;
    for (std::size_t i = 0; i < kOrder.size(); ++i) {
      const char32_t character =
          i < kPrintable ? kOrder[i] : kFirstOther + static_cast<char32_t>(i - kPrintable);
      append_character(character, texts[kOrder[i]]);
    }
    return texts;
  }();
  return written[byte];
}

std::optional<std::uint8_t> byte_of(char32_t character) {
  if (character < 0x100 && is_printable(static_cast<int>(character)))
    return static_cast<std::uint8_t>(character);
  if (character < kFirstOther || character >= kFirstOther + 256 - kPrintable) return std::nullopt;
  return kOrder[kPrintable + character - kFirstOther];
}

}  // namespace limn::text
