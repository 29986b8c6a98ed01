// JSON files as a stream: one entry of a list in memory at a time.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <set>
#include <span>
#include <string>
#include <string_view>

#include "core/json.h"

namespace limn::data {

/// What the beginning of a JSON text says of its layout.
struct JsonOutline {
  char kind = 0;  ///< '{' or '['
  /// "images" for a key, "images[]" when it is a list, "images[].id" for a key of its first entry;
  /// "[].id" when the text is a list.
  std::set<std::string, std::less<>> paths;

  bool has(std::string_view path) const { return paths.contains(path); }
};

/// Reads no further than to the end of the first entry of "images", of "annotations" or of a text
/// that is a list, or of the first value of several. Throws IoError where that is no JSON.
JsonOutline outline_of(const std::filesystem::path& path, std::string_view text);

/// Entry `index` of `list`, which is empty when the text is the list.
using OnEntry = std::function<void(std::string_view list, std::size_t index, const json& entry)>;
/// Calls `on_entry` for what the wanted `lists` hold, in the order of the text, and returns which
/// of them there are. Throws IoError, naming line and byte, where the text is no JSON, and the
/// entry that is nested deeper than 64 levels.
std::set<std::string, std::less<>> for_each_entry(const std::filesystem::path& path,
                                                  std::string_view text,
                                                  std::span<const std::string_view> lists,
                                                  const OnEntry& on_entry);

/// `line`, a part of `text`, as JSON; with the same errors.
json parse_line(const std::filesystem::path& path, std::string_view text, std::string_view line);

}  // namespace limn::data
