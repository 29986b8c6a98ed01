#include "core/json.h"

#include <fmt/format.h>

#include "limn/core/error.h"

namespace limn {
namespace {

constexpr int kDeepest = 64;

// The parser is recursive in what it builds, so depth is checked on the text first. Returns the
// first byte that is too deep, or npos.
std::size_t too_deep(std::string_view text) {
  int depth = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c == '\\') ++i;
      if (c == '"') quoted = false;
    } else if (c == '"') {
      quoted = true;
    } else if (c == '{' || c == '[') {
      if (++depth > kDeepest) return i;
    } else if (c == '}' || c == ']') {
      --depth;
    }
  }
  return std::string_view::npos;
}

}  // namespace

json parse_json(std::string_view text, const std::filesystem::path& source) {
  if (const std::size_t place = too_deep(text); place != std::string_view::npos) {
    throw IoError(source,
                  fmt::format("JSON nested deeper than {} levels at byte {}", kDeepest, place));
  }
  try {
    return json::parse(text);
  } catch (const json::parse_error& error) {
    if (error.byte > text.size())
      throw IoError(source, fmt::format("its JSON ends too early, after {} bytes", text.size()));
    throw IoError(source, fmt::format("no valid JSON at byte {} of {}", error.byte, text.size()));
  } catch (const json::out_of_range&) {
    throw IoError(source, "JSON with a number that is too large");
  }
}

std::string one_line(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace limn
