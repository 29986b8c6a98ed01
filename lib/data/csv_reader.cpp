#include "data/csv_reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "data/text_file.h"
#include "limn/core/error.h"

namespace limn::data {

CsvReader::CsvReader(const std::filesystem::path& path, std::string_view text, char separator,
                     std::size_t columns)
    : path_(path), text_(text), separator_(separator), columns_(columns) {}

bool CsvReader::next(CsvRow& row) {
  while (at_ < text_.size()) {
    row = {.line = line_, .fields = {}, .quoted = false};
    take_field(row);
    while (at_ < text_.size() && text_[at_] == separator_) {
      ++at_;
      take_field(row);
    }
    take_line_end();
    const bool blank = row.fields.size() == 1 && !row.quoted && trimmed(row.fields[0]).empty();
    if (!blank) return true;
  }
  return false;
}

bool CsvReader::at_line_end() const {
  return at_ == text_.size() || text_[at_] == '\n' || text_.substr(at_, 2) == "\r\n";
}

void CsvReader::take_line_end() {
  if (at_ == text_.size()) return;
  at_ += text_[at_] == '\r' ? 2 : 1;
  ++line_;
}

void CsvReader::take_field(CsvRow& row) {
  if (at_ < text_.size() && text_[at_] == '"') {
    row.quoted = true;
    row.fields.push_back(take_quoted());
    return;
  }
  const bool whole_line = row.fields.size() + 1 == columns_;
  const std::size_t begin = at_;
  while (!at_line_end() && (whole_line || text_[at_] != separator_)) ++at_;
  row.fields.emplace_back(text_.substr(begin, at_ - begin));
}

std::string CsvReader::take_quoted() {
  const std::size_t opened = line_;
  std::string field;
  for (++at_;; at_ += 2) {
    const std::size_t quote = text_.find('"', at_);
    if (quote == std::string_view::npos) {
      throw IoError(path_, fmt::format("line {}: a quote is opened here and never closed; a quote "
                                       "within a quoted field is written twice",
                                       opened));
    }
    const std::string_view part = text_.substr(at_, quote - at_);
    field += part;
    line_ += static_cast<std::size_t>(std::count(part.begin(), part.end(), '\n'));
    at_ = quote;
    if (text_.substr(at_, 2) != "\"\"") break;
    field += '"';
  }
  ++at_;
  if (!at_line_end() && text_[at_] != separator_) {
    throw IoError(path_, fmt::format("line {}: text follows a closing quote: {}; a quote within a "
                                     "quoted field is written twice",
                                     line_, excerpt(text_.substr(at_))));
  }
  return field;
}

}  // namespace limn::data
