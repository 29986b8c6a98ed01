#include "text/utf8.h"

#include <utf8proc.h>

#include <array>

#include "core/check.h"
#include "core/utf8.h"

namespace limn::text {

void require_utf8(std::string_view text, const char* op) {
  const std::size_t at = invalid_utf8(text);
  require(at == text.npos, "{}: text must be UTF-8; byte {} of {}, {:#04x}, begins no character",
          op, at, text.size(), at == text.npos ? 0 : static_cast<unsigned char>(text[at]));
}

Character character_at(std::string_view text, std::size_t at) {
  const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  utf8proc_int32_t code = -1;
  const utf8proc_ssize_t length =
      utf8proc_iterate(bytes + at, static_cast<utf8proc_ssize_t>(text.size() - at), &code);
  LIMN_ASSERT(length > 0);
  return {static_cast<char32_t>(code), static_cast<std::size_t>(length)};
}

void append_character(char32_t code, std::string& text) {
  std::array<utf8proc_uint8_t, 4> bytes;
  const auto length = utf8proc_encode_char(static_cast<utf8proc_int32_t>(code), bytes.data());
  text.append(bytes.begin(), bytes.begin() + length);
}

char32_t lower(char32_t code) {
  return static_cast<char32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(code)));
}

}  // namespace limn::text
