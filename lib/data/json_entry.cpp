#include "data/json_entry.h"

#include <fmt/format.h>

#include <limits>

#include "data/text_file.h"
#include "limn/core/error.h"

namespace limn::data {
namespace {

// What to do about a value that should be an integer.
std::string advice_for(const json& value) {
  if (value.is_string()) {
    const auto& text = value.get_ref<const std::string&>();
    const bool number = !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
    return number ? "; write the number without quotes" : "";
  }
  if (value.is_number_float()) return "; write it without a fraction";
  return value.is_number() ? "; it has more than 63 bits" : "";
}

}  // namespace

bool is_integer(const json& value) {
  if (!value.is_number_unsigned()) return value.is_number_integer();
  return value.get<std::uint64_t>() <=
         static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
}

JsonEntry::JsonEntry(const std::filesystem::path& path, std::string_view list, std::size_t index,
                     const json& value)
    : path_(path), list_(list), index_(index), value_(value) {
  if (!value.is_object())
    fail(fmt::format(" must be an object; it is {}", shortened(value.dump())));
}

std::string JsonEntry::place(std::size_t index) const {
  return list_.data() == kLine.data() ? fmt::format("line {}", index)
                                      : fmt::format("{}[{}]", list_, index);
}

void JsonEntry::fail(const std::string& problem) const {
  const bool is_key = problem.starts_with('.');
  const char* between = list_.data() == kLine.data() && is_key ? ": " : "";
  throw IoError(path_, place() + between + problem);
}

const json* JsonEntry::find(const char* key) const {
  const auto found = value_.find(key);
  return found == value_.end() ? nullptr : &*found;
}

const json& JsonEntry::get(const char* key) const {
  const json* value = find(key);
  if (value == nullptr) fail(fmt::format(".{} is missing", key));
  return *value;
}

const std::string& JsonEntry::text(const char* key) const {
  const json& value = get(key);
  if (!value.is_string())
    fail(fmt::format(".{} must be text; it is {}", key, shortened(value.dump())));
  return value.get_ref<const std::string&>();
}

std::vector<std::string_view> JsonEntry::texts(const char* key) const {
  const json& list = get(key);
  if (!list.is_array())
    fail(fmt::format(".{} must be a list of texts; it is {}", key, shortened(list.dump())));
  std::vector<std::string_view> result;
  for (const json& value : list) {
    if (!value.is_string())
      fail(fmt::format(".{}[{}] must be text; it is {}", key, result.size(),
                       shortened(value.dump())));
    result.emplace_back(value.get_ref<const std::string&>());
  }
  return result;
}

std::int64_t JsonEntry::integer(const char* key) const {
  const json& value = get(key);
  if (!is_integer(value)) {
    fail(fmt::format(".{} must be an integer; it is {}{}", key, shortened(value.dump()),
                     advice_for(value)));
  }
  return value.get<std::int64_t>();
}

}  // namespace limn::data
