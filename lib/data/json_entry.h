// An object in a list of a JSON file, with errors that name its place.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "core/json.h"

namespace limn::data {

class JsonEntry {
 public:
  /// Entry `index` of the list called `list`, which is empty when the file is the list. Throws
  /// IoError when it is no object.
  JsonEntry(const std::filesystem::path& path, std::string_view list, std::size_t index,
            const json& value);

  std::size_t index() const { return index_; }
  /// "annotations[3]", of this entry or another of its list.
  std::string place() const { return place(index_); }
  std::string place(std::size_t index) const;
  bool has(const char* key) const { return value_.contains(key); }
  /// Throws IoError when `key` is absent or no text.
  const std::string& text(const char* key) const;
  /// Throws IoError when `key` is absent or no integer of 64 bits.
  std::int64_t integer(const char* key) const;
  /// Throws IoError "path: annotations[3]problem".
  [[noreturn]] void fail(const std::string& problem) const;

 private:
  const json& find(const char* key) const;

  const std::filesystem::path& path_;
  std::string_view list_;
  std::size_t index_;
  const json& value_;
};

}  // namespace limn::data
