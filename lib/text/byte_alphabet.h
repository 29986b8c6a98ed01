// The characters that GPT-2 writes bytes as.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace limn::text {

/// The 256 bytes in GPT-2's order: those that are printable characters of Latin-1, then the others.
const std::array<std::uint8_t, 256>& bytes_in_order();

/// A byte as the character for it, UTF-8.
const std::string& written_byte(std::uint8_t byte);

/// The byte that a character stands for.
std::optional<std::uint8_t> byte_of(char32_t character);

}  // namespace limn::text
