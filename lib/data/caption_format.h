// The layouts of caption files. A new one is a file of its own, which ends in its CaptionFormat,
// and its name in the two lists.
#pragma once

#include <array>
#include <filesystem>
#include <optional>
#include <string_view>

#include "data/caption_collector.h"
#include "data/json_stream.h"
#include "data/text_file.h"
#include "limn/data/captions.h"

namespace limn::data {

/// A caption file in memory, and what its beginning says of its layout.
struct CaptionText {
  const std::filesystem::path& path;
  std::string_view text;
  const ReadOptions& options;
  Line first;                         ///< that is not blank
  std::optional<JsonOutline> json{};  ///< when the text begins like JSON

  bool has(std::string_view json_path) const { return json && json->has(json_path); }
};

struct CaptionFormat {
  const char* name;
  bool (*recognises)(const CaptionText& file);
  /// Throws IoError with line or JSON path when the file is damaged.
  void (*read)(const CaptionText& file, CaptionCollector& collector);
};

extern const CaptionFormat kKarpathyCaptions, kCocoCaptions, kJsonList, kJsonLines, kTokenLines,
    kCsv, kTabLines;

/// In the order in which they are tried.
inline constexpr std::array kCaptionFormats = {
    &kKarpathyCaptions, &kCocoCaptions, &kJsonList, &kJsonLines, &kTokenLines, &kCsv, &kTabLines};

}  // namespace limn::data
