#include "text/toml_text.h"

#include <charconv>

#include "core/check.h"
#include "text/utf8.h"

namespace limn::text {
namespace {

// A letter after a backslash and the character that both stand for.
struct TomlEscape {
  char letter;
  char character;
};
constexpr TomlEscape kTomlEscapes[] = {{'b', '\b'}, {'t', '\t'}, {'n', '\n'}, {'f', '\f'},
                                       {'r', '\r'}, {'"', '"'},  {'\\', '\\'}};

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

void append_toml_character(char c, std::string& text) {
  for (const TomlEscape& escape : kTomlEscapes) {
    if (escape.character != c) continue;
    text += '\\';
    text += escape.letter;
    return;
  }
  if (is_control(c)) {
    text += fmt::format("\\u{:04X}", c);
  } else {
    text += c;
  }
}

// \uXXXX or \UXXXXXXXX, of which `digits` is the X; appends the character.
void append_code(std::string_view digits, std::size_t wanted, std::string& text) {
  digits = digits.substr(0, wanted);
  std::uint32_t code = 0;
  const char* end = digits.data() + digits.size();
  const auto [stopped, error] = std::from_chars(digits.data(), end, code, 16);
  const bool is_character = code < 0xD800 || (code >= 0xE000 && code <= 0x10FFFF);
  require(error == std::errc() && stopped == end && digits.size() == wanted && is_character,
          "\\{}{} is no character; TOML wants {} hexadecimal digits of one",
          wanted == 4 ? 'u' : 'U', digits, wanted);
  append_character(code, text);
}

// Appends what the escape that `rest` begins with, its backslash left out, stands for. Returns its
// bytes.
std::size_t append_escape(std::string_view rest, std::string& text) {
  const char letter = rest.empty() ? '\0' : rest.front();
  if (letter == 'u' || letter == 'U') {
    const std::size_t digits = letter == 'u' ? 4 : 8;
    append_code(rest.substr(1), digits, text);
    return 1 + digits;
  }
  for (const TomlEscape& escape : kTomlEscapes) {
    if (escape.letter != letter) continue;
    text += escape.character;
    return 1;
  }
  throw InvalidArgument(fmt::format(
      "\\{} is no escape of TOML; write \\\\ for a backslash, or the text in single quotes",
      rest.substr(0, 1)));
}

}  // namespace

std::string toml_text(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) append_toml_character(c, quoted);
  return quoted + '"';
}

TomlText read_toml_text(std::string_view line) {
  const char quote = line.empty() ? '\0' : line.front();
  require(quote == '"' || quote == '\'', "a text begins with a quote; got \"{}\"", line);
  TomlText text;
  for (std::size_t at = 1; at < line.size(); ++at) {
    if (line[at] == quote) {
      text.size = at + 1;
      return text;
    }
    if (quote == '"' && line[at] == '\\') {
      at += append_escape(line.substr(at + 1), text.value);
    } else {
      text.value += line[at];
    }
  }
  throw InvalidArgument("a text is not closed by its quote");
}

}  // namespace limn::text
