#include "data/json_entry.h"

#include <fmt/format.h>

#include <limits>

#include "data/text_file.h"
#include "limn/core/error.h"

namespace limn::data {
namespace {

bool is_integer(const json& value) {
  if (!value.is_number_unsigned()) return value.is_number_integer();
  return value.get<std::uint64_t>() <=
         static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
}

}  // namespace

JsonEntry::JsonEntry(const std::filesystem::path& path, std::string_view list, std::size_t index,
                     const json& value)
    : path_(path), list_(list), index_(index), value_(value) {
  if (!value.is_object())
    fail(fmt::format(" must be an object; it is {}", shortened(value.dump())));
}

std::string JsonEntry::place(std::size_t index) const {
  return fmt::format("{}[{}]", list_, index);
}

void JsonEntry::fail(const std::string& problem) const { throw IoError(path_, place() + problem); }

const json& JsonEntry::find(const char* key) const {
  const auto found = value_.find(key);
  if (found == value_.end()) fail(fmt::format(".{} is missing", key));
  return *found;
}

const std::string& JsonEntry::text(const char* key) const {
  const json& value = find(key);
  if (!value.is_string())
    fail(fmt::format(".{} must be text; it is {}", key, shortened(value.dump())));
  return value.get_ref<const std::string&>();
}

std::int64_t JsonEntry::integer(const char* key) const {
  const json& value = find(key);
  if (!is_integer(value))
    fail(fmt::format(".{} must be an integer; it is {}", key, shortened(value.dump())));
  return value.get<std::int64_t>();
}

}  // namespace limn::data
