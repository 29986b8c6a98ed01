// Tables as text (RFC 4180): fields in quotes may hold separators, line ends and doubled quotes.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace limn::data {

struct CsvRow {
  std::size_t line = 0;  ///< where it begins, from 1
  std::vector<std::string> fields;
  bool quoted = false;  ///< whether a field was in quotes
};

class CsvReader {
 public:
  /// The last of `columns` is all of a line that is left, unless it is in quotes: people who do not
  /// know of quotes write separators there. 0: every separator ends a column.
  CsvReader(const std::filesystem::path& path, std::string_view text, char separator,
            std::size_t columns = 0);

  /// The next row that is no blank line, or false at the end. Lines end in LF or CRLF; quotes
  /// within a field that does not begin with one are text. Throws IoError when a quote is never
  /// closed and for text behind a closing one.
  bool next(CsvRow& row);

 private:
  bool at_line_end() const;
  void take_line_end();
  void take_field(CsvRow& row);
  std::string take_quoted();

  const std::filesystem::path& path_;
  std::string_view text_;
  char separator_;
  std::size_t columns_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
};

}  // namespace limn::data
