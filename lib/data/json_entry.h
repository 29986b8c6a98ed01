// An object in a list of a JSON file, or on a line, with errors that name its place.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/json.h"

namespace limn::data {

class JsonEntry {
 public:
  /// Entry `index` of the list called `list`, which is empty when the file is the list. Throws
  /// IoError when it is no object.
  JsonEntry(const std::filesystem::path& path, std::string_view list, std::size_t index,
            const json& value);
  /// The object on line `number`.
  static JsonEntry on_line(const std::filesystem::path& path, std::size_t number,
                           const json& value) {
    return {path, kLine, number, value};
  }

  std::size_t index() const { return index_; }
  /// "annotations[3]", of this entry or another of its list; "line 3".
  std::string place() const { return place(index_); }
  std::string place(std::size_t index) const;
  bool has(const char* key) const { return value_.contains(key); }
  /// Null when there is none.
  const json* find(const char* key) const;
  /// Throws IoError when `key` is absent or no text.
  const std::string& text(const char* key) const;
  /// Throws IoError when `key` is absent or no list of texts.
  std::vector<std::string_view> texts(const char* key) const;
  /// Throws IoError when `key` is absent or no integer of 64 bits.
  std::int64_t integer(const char* key) const;
  /// Throws IoError "path: annotations[3]problem".
  [[noreturn]] void fail(const std::string& problem) const;

 private:
  static constexpr std::string_view kLine = "line";

  const json& get(const char* key) const;

  const std::filesystem::path& path_;
  std::string_view list_;
  std::size_t index_;
  const json& value_;
};

/// Whether `value` is an integer of 64 bits.
bool is_integer(const json& value);

}  // namespace limn::data
