#include "cli/recipe_file.h"

#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>
#include <fstream>
#include <set>
#include <sstream>

#include "cli/failure.h"
#include "text/toml_text.h"

namespace limn::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

std::string trimmed(const std::string& line) {
  std::string text = line;
  CLI::detail::trim(text);
  return text;
}

// A key of TOML that needs no quotes, or several with dots between.
bool is_key(const std::string& text) {
  const auto fits = [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '_' || c == '-' || c == '.';
  };
  return !text.empty() && std::all_of(text.begin(), text.end(), fits);
}

bool has_quote_left(const std::string& text) {
  return !text.empty() && (text.front() == '"' || text.front() == '\'');
}

// Reads statement by statement, so that an error knows its line.
class RecipeReader {
 public:
  explicit RecipeReader(const fs::path& path) : path_(path), file_(path) {
    if (std::error_code none; !file_ || fs::is_directory(path, none))
      throw IoError(path, "cannot be read; give a recipe file, such as one of examples/recipes");
  }

  Entries read() {
    std::string line;
    while (next(line)) {
      if (line.empty() || line.front() == '#') continue;
      if (line.front() == '[') {
        section_ = section_of(line);
      } else {
        add(statement(line));
      }
    }
    return entries_;
  }

 private:
  bool next(std::string& line) {
    if (!std::getline(file_, line)) return false;
    if (++line_ == 1 && line.starts_with(kByteOrderMark)) line.erase(0, kByteOrderMark.size());
    line = trimmed(line);
    return true;
  }

  [[noreturn]] void fail(const std::string& problem) const {
    throw UsageError(fmt::format("{}:{}: {}", path_.string(), line_, problem));
  }

  std::string section_of(const std::string& line) const {
    const auto close = line.find(']');
    const std::string rest = close == std::string::npos ? "?" : trimmed(line.substr(close + 1));
    const std::string name = trimmed(line.substr(1, close - 1));
    if (!is_key(name) || (!rest.empty() && rest.front() != '#'))
      fail("a section is written [NAME], alone in its line");
    return name;
  }

  // A line, or several when a list is not closed in the first.
  std::string statement(std::string line) {
    const auto equals = line.find('=');
    if (equals == std::string::npos || equals == 0) fail("this is not \"key = value\"");
    std::string text = line;
    if (!trimmed(line.substr(equals + 1)).starts_with("[")) return text;
    while (line.find(']') == std::string::npos) {
      if (!next(line)) fail("the list that begins before is not closed by \"]\"");
      text += " " + line;
    }
    return text;
  }

  // CLI11 2.1 ends a text at a #, and knows no escapes: texts are read here.
  void add(const std::string& statement) {
    const auto equals = statement.find('=');
    const std::string value = trimmed(statement.substr(equals + 1));
    if (value.empty() || value.front() == '#') fail("a value is missing");
    if (value.front() == '{')
      fail("tables in braces are not read; write [SECTION] and below it a line for each key");
    if (has_quote_left(value)) {
      set(item(statement.substr(0, equals) + " = text").fullname(), text_of(value));
      return;
    }
    const CLI::ConfigItem found = item(statement);
    const auto& values = found.inputs;
    if (std::any_of(values.begin(), values.end(), has_quote_left))
      fail("a text of a list is not closed by its quote (there, a # begins a comment)");
    set(found.fullname(),
        values.size() == 1 ? values.front() : fmt::format("[{}]", fmt::join(values, ", ")));
  }

  CLI::ConfigItem item(const std::string& statement) const {
    std::istringstream lines("[" + section_ + "]\n" + statement);
    const auto items = CLI::ConfigTOML().from_config(lines);
    const auto found = std::find_if(items.begin(), items.end(), [](const CLI::ConfigItem& each) {
      return each.name != "++" && each.name != "--";
    });
    if (found == items.end() || found->inputs.empty()) fail("a value is missing");
    return *found;
  }

  std::string text_of(const std::string& value) const {
    try {
      const text::TomlText toml = text::read_toml_text(value);
      const std::string rest = trimmed(value.substr(toml.size));
      if (!rest.empty() && rest.front() != '#')
        fail(fmt::format("after a text comes nothing but a comment; got {}", rest));
      if (toml.value.find('\0') != std::string::npos)
        fail("a text of a recipe cannot hold \\u0000, at which names of files end");
      return toml.value;
    } catch (const InvalidArgument& error) {
      fail(error.what());
    }
  }

  void set(const std::string& key, const std::string& value) {
    if (!keys_.insert(key).second) fail(fmt::format("{} is set a second time", key));
    entries_.emplace_back(key, value);
  }

  fs::path path_;
  std::ifstream file_;
  std::size_t line_ = 0;
  std::string section_ = "default";
  std::set<std::string> keys_;
  Entries entries_;
};

}  // namespace

Entries read_recipe(const fs::path& path) { return RecipeReader(path).read(); }

}  // namespace limn::cli
