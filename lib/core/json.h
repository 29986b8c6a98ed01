// nlohmann's JSON, with errors that name the file and the place.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace limn {

using nlohmann::json;

/// Throws IoError naming `source` (a path, or what the text is) and the byte where `text` stops
/// being JSON, or that it ends too early, or when it is nested deeper than 64 levels.
json parse_json(std::string_view text, const std::filesystem::path& source);

/// The value as text on one line, with U+FFFD in place of bytes that are no UTF-8: nothing is lost
/// for one word.
std::string one_line(const json& value);

}  // namespace limn
