#include "cli/output.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "limn/core/atomic_file.h"

namespace limn::cli {
namespace {

// Characters of UTF-8 text.
std::size_t width(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

bool is_number(const std::string& text) {
  double value = 0;
  const char* end = text.data() + text.size();
  return std::from_chars(text.data(), end, value).ptr == end && !text.empty();
}

struct Column {
  std::size_t width = 0;
  bool numbers = true;  // below its head
};

}  // namespace

std::string table(const Rows& rows) {
  std::vector<Column> columns;
  for (const auto& row : rows) {
    columns.resize(std::max(columns.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) {
      columns[i].width = std::max(columns[i].width, width(row[i]));
      columns[i].numbers &= i > 0 && (is_number(row[i]) || &row == &rows.front());
    }
  }
  std::string text;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string blanks(columns[i].width - width(row[i]), ' ');
      line += (i > 0 ? "  " : "") + (columns[i].numbers ? blanks + row[i] : row[i] + blanks);
    }
    text += line.erase(line.find_last_not_of(' ') + 1) + "\n";
  }
  return text;
}

Rows score_rows(const std::map<std::string, double>& scores) {
  Rows rows;
  for (const char* name :
       {"BLEU-1", "BLEU-2", "BLEU-3", "BLEU-4", "METEOR", "ROUGE-L", "CIDEr-D", "perplexity"}) {
    const auto score = scores.find(name);
    if (score != scores.end()) rows.push_back({name, fmt::format("{:.4f}", score->second)});
  }
  return rows;
}

std::string json_text(const ordered_json& value) {
  return value.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

void put_out(const std::string& text, const std::string& out) {
  if (out.empty()) {
    fmt::print("{}", text);
  } else {
    write_file_atomically(out, text);
  }
}

}  // namespace limn::cli
