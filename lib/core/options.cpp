#include "limn/core/options.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>

#include "core/check.h"
#include "core/nearest.h"

namespace limn {
namespace {

// A number that is the whole text.
template <class T>
bool parse_number(std::string_view text, T& value) {
  const char* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, value);
  return error == std::errc() && stopped == end;
}

bool parse(std::string_view text, bool& value) {
  value = text == "true";
  return value || text == "false";
}
bool parse(std::string_view text, std::int64_t& value) { return parse_number(text, value); }
bool parse(std::string_view text, double& value) { return parse_number(text, value); }
bool parse(std::string_view text, std::string& value) {
  value = text;
  return true;
}

// "[0.9, 0.999]", also without brackets.
bool parse(std::string_view text, std::vector<double>& values) {
  if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
  std::vector<double> found;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    std::string_view part = text.substr(0, comma);
    while (part.starts_with(' ')) part.remove_prefix(1);
    while (part.ends_with(' ')) part.remove_suffix(1);
    if (!parse_number(part, found.emplace_back())) return false;
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  values = std::move(found);
  return true;
}

std::string_view kind_of(const Option::Place& place) {
  constexpr std::string_view kinds[] = {"true or false", "a whole number", "a number", "text",
                                        "a list of numbers"};
  return kinds[place.index()];
}

}  // namespace

std::string option_text(const Option& option) {
  return std::visit(
      [](const auto* value) -> std::string {
        if constexpr (std::is_same_v<decltype(value), const std::vector<double>*>) {
          return fmt::format("[{}]", fmt::join(*value, ", "));
        } else {
          return fmt::format("{}", *value);
        }
      },
      option.value);
}

void set_option(std::span<const Option> options, std::string_view name, std::string_view text,
                std::string_view what) {
  const auto found = std::find_if(options.begin(), options.end(),
                                  [&](const Option& option) { return option.name == name; });
  if (found == options.end()) {
    std::vector<std::string> names;
    for (const Option& option : options) names.push_back(option.name);
    throw InvalidArgument(fmt::format("{}: {}", what, unknown_key(name, names)));
  }
  const auto& choices = found->choices;
  require(choices.empty() || std::find(choices.begin(), choices.end(), text) != choices.end(),
          "{}: {} must be one of {}; got \"{}\"", what, name, fmt::join(choices, ", "), text);
  const bool ok = std::visit(
      [&](auto* place) {
        auto value = *place;
        if (!parse(text, value)) return false;
        *place = std::move(value);
        return true;
      },
      found->value);
  require(ok, "{}: {} must be {}; got \"{}\"", what, name, kind_of(found->value), text);
}

std::vector<OptionHelp> option_helps(std::span<const Option> options) {
  std::vector<OptionHelp> helps;
  for (const Option& option : options)
    helps.push_back({option.name, option_text(option), option.help});
  return helps;
}

std::vector<std::pair<std::string, std::string>> option_texts(std::span<const Option> options) {
  std::vector<std::pair<std::string, std::string>> texts;
  for (const Option& option : options) texts.emplace_back(option.name, option_text(option));
  return texts;
}

}  // namespace limn
