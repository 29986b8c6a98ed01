#include "core/json_value.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <limits>

#include "limn/core/error.h"

namespace limn {
namespace {

constexpr std::size_t kShown = 60;  // bytes of a value in an error

// Without half a character at the end.
std::string shown(const json& value) {
  const std::string text = one_line(value);
  if (text.size() <= kShown) return text;
  std::size_t end = kShown;
  while (end > 0 && (text[end] & 0xC0) == 0x80) --end;
  return text.substr(0, end) + "…";
}

bool is_below(const json& value, std::uint64_t limit) {
  return !value.is_number_unsigned() || value.get<std::uint64_t>() <= limit;
}

// Infinity or NaN as fmt writes it.
bool is_not_finite(const json& value, double& number) {
  if (!value.is_string()) return false;
  const std::string& text = value.get_ref<const std::string&>();
  const char* end = text.data() + text.size();
  return std::from_chars(text.data(), end, number).ptr == end && !std::isfinite(number);
}

}  // namespace

JsonValue::JsonValue(const json& value, std::filesystem::path source, std::string what)
    : value_(&value), source_(std::move(source)), what_(std::move(what)) {}

JsonValue::JsonValue(const json& value, const JsonValue& parent, std::string place)
    : value_(&value), source_(parent.source_), what_(parent.what_), place_(std::move(place)) {}

std::string JsonValue::place_of(std::size_t index) const {
  return fmt::format("{}[{}]", place_, index);
}

void JsonValue::require(bool ok, const std::string& wanted) const {
  if (ok) return;
  throw IoError(source_, fmt::format("{} is damaged: {} must be {}; it is {}", what_,
                                     place_.empty() ? "it" : place_, wanted, shown(raw())));
}

bool JsonValue::has(const std::string& key) const {
  return raw().is_object() && raw().contains(key);
}

JsonValue JsonValue::at(const std::string& key) const {
  require(raw().is_object(), "an object");
  const auto found = raw().find(key);
  std::string place = place_.empty() ? key : fmt::format("{}.{}", place_, key);
  if (found == raw().end())
    throw IoError(source_, fmt::format("{} is damaged: {} is missing", what_, place));
  return {*found, *this, std::move(place)};
}

std::vector<std::pair<std::string, JsonValue>> JsonValue::members() const {
  require(raw().is_object(), "an object");
  std::vector<std::pair<std::string, JsonValue>> members;
  for (const auto& [key, value] : raw().items()) members.emplace_back(key, at(key));
  return members;
}

JsonValue JsonValue::at(std::size_t index) const {
  require(raw().is_array() && index < raw().size(), fmt::format("a list of over {}", index));
  return {raw()[index], *this, place_of(index)};
}

std::vector<JsonValue> JsonValue::items() const {
  require(raw().is_array(), "a list");
  std::vector<JsonValue> items;
  for (std::size_t i = 0; i < raw().size(); ++i) items.push_back(at(i));
  return items;
}

std::string JsonValue::text() const {
  require(raw().is_string(), "text");
  return raw().get<std::string>();
}

bool JsonValue::flag() const {
  require(raw().is_boolean(), "true or false");
  return raw().get<bool>();
}

std::int64_t JsonValue::integer() const {
  constexpr auto most = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  require(raw().is_number_integer() && is_below(raw(), most), "a whole number");
  return raw().get<std::int64_t>();
}

std::uint64_t JsonValue::natural() const {
  require(raw().is_number_unsigned(), "a whole number from 0");
  return raw().get<std::uint64_t>();
}

double JsonValue::number() const {
  require(raw().is_number(), "a number");
  return raw().get<double>();
}

double JsonValue::any_number() const {
  double value = 0;
  return is_not_finite(raw(), value) ? value : number();
}

std::vector<std::string> JsonValue::texts() const {
  require(raw().is_array(), "a list of texts");
  std::vector<std::string> texts;
  for (const json& value : raw()) {
    if (!value.is_string()) at(texts.size()).require(false, "text");
    texts.push_back(value.get<std::string>());
  }
  return texts;
}

std::map<std::string, std::string> JsonValue::named_texts() const {
  std::map<std::string, std::string> texts;
  for (const auto& [name, value] : members()) texts[name] = value.text();
  return texts;
}

std::map<std::string, double> JsonValue::named_numbers() const {
  std::map<std::string, double> numbers;
  for (const auto& [name, value] : members()) numbers[name] = value.any_number();
  return numbers;
}

json json_number(double value) {
  return std::isfinite(value) ? json(value) : json(fmt::format("{}", value));
}

json json_numbers(const std::map<std::string, double>& values) {
  json object = json::object();
  for (const auto& [name, value] : values) object[name] = json_number(value);
  return object;
}

}  // namespace limn
