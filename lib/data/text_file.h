// Text files people bring: UTF-8, with or without a byte order mark and Windows line ends.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/mapped_file.h"

namespace limn::data {

/// A text file in memory.
class TextFile {
 public:
  /// Throws IoError when the file cannot be read, is empty, or is no UTF-8 text, naming the line
  /// and the byte in it, both from 1. `lossy`: bytes that are no text become U+FFFD instead.
  explicit TextFile(const std::filesystem::path& path, bool lossy = false);
  TextFile(const TextFile&) = delete;
  TextFile& operator=(const TextFile&) = delete;

  /// Without the byte order mark; lives as long as the TextFile.
  std::string_view text() const { return text_; }
  /// Bytes that became U+FFFD, and the place of the first.
  std::size_t replaced() const { return replaced_; }
  const std::string& first_replaced() const { return first_replaced_; }

 private:
  void replace_bad_bytes(std::size_t first);

  MappedFile file_;
  std::string_view text_;
  std::string repaired_;  // holds the text when bytes were replaced
  std::size_t replaced_ = 0;
  std::string first_replaced_;
};

/// Line and byte in it, both from 1.
struct TextPlace {
  std::size_t line, byte;
};
TextPlace place_of(std::string_view text, std::size_t offset);

struct Line {
  std::size_t number;  ///< from 1
  std::string_view text;
};
/// The lines that hold more than blanks, without their ends.
std::vector<Line> lines_of(std::string_view text);
/// The first of them; its text is empty when there is none.
Line first_line_of(std::string_view text);

/// Without ASCII white space at either end.
std::string_view trimmed(std::string_view text);
/// The beginning of `text`: for errors.
std::string shortened(std::string_view text);
/// The same in quotes.
std::string excerpt(std::string_view text);
/// The last part of a path, whichever slash it is written with.
std::string_view file_part(std::string_view path);

}  // namespace limn::data
