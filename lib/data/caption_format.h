// The layouts of caption files. A new one is a function in a file of its own and a line in
// `caption_formats`.
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <vector>

#include "core/json.h"
#include "data/text_file.h"
#include "limn/data/captions.h"

namespace limn::data {

/// A caption file in memory: JSON when it begins like it, else lines.
struct CaptionText {
  std::filesystem::path path;
  std::vector<Line> lines;  ///< of a text file; at least one
  json document;            ///< of a JSON file; null otherwise
};

struct CaptionFormat {
  const char* layout;  ///< for people
  /// Nothing when the file is of another layout. Throws IoError with line or JSON path when it is
  /// of this one, but damaged.
  std::optional<CaptionSet> (*read)(const CaptionText& file);
};

std::optional<CaptionSet> read_caption_lines(const CaptionText& file);
std::optional<CaptionSet> read_coco_captions(const CaptionText& file);

/// In the order in which they are tried.
std::span<const CaptionFormat> caption_formats();

}  // namespace limn::data
