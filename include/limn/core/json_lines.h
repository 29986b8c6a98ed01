// Logs of one JSON object a line.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace limn {

/// Appends lines to a file, each flushed at once.
class JsonLines {
 public:
  /// Goes on after the last complete line; one that was cut short is forgotten. Throws IoError when
  /// the file cannot be opened for writing.
  explicit JsonLines(const std::filesystem::path& path);
  /// `object` is one JSON object without line breaks. Throws IoError when it cannot be written.
  void append(std::string_view object);

 private:
  std::filesystem::path path_;
  std::ofstream file_;
};

/// The complete lines of a log; a last line that was cut short is left out. A missing file has
/// none.
std::vector<std::string> read_json_lines(const std::filesystem::path& path);

/// Keeps the first `lines` lines, atomically: what came after a checkpoint is forgotten on resume.
void truncate_json_lines(const std::filesystem::path& path, std::size_t lines);

}  // namespace limn
