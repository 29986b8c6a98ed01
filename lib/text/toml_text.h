// Texts as TOML writes them on one line: "basic", with escapes, and 'literal', without.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace limn::text {

/// `text` as a basic string: quotes, backslashes and control characters are escaped, other bytes
/// are kept.
std::string toml_text(std::string_view text);

struct TomlText {
  std::string value;
  std::size_t size = 0;  ///< bytes read, quotes included
};

/// The string, basic or literal, that `line` begins with. Throws InvalidArgument when it does not
/// begin with a quote, is not closed, or has an escape that TOML does not know.
TomlText read_toml_text(std::string_view line);

}  // namespace limn::text
