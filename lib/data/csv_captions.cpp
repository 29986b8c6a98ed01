// Tables: Kaggle's captions.txt and results.csv, flickr_annotations_30k.csv, metadata.csv and kin.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>

#include "data/caption_format.h"
#include "data/caption_keys.h"
#include "data/csv_reader.h"
#include "limn/core/error.h"
#include "limn/data/photo_names.h"

namespace limn::data {
namespace {

using Fields = std::vector<std::string>;

struct Table {
  char separator = ',';
  bool header = true;
  std::size_t photo = 0, caption = 1;  ///< columns
  std::optional<std::size_t> split = {};
  std::size_t columns = 2;
  bool list = false;     ///< captions are JSON lists
  bool numbers = false;  ///< photos may be known by COCO's id
};

template <class Keys>
std::optional<std::size_t> column_of(const Fields& header, const Keys& keys) {
  for (const std::string_view key : keys) {
    const auto found = std::find(header.begin(), header.end(), key);
    if (found != header.end()) return static_cast<std::size_t>(found - header.begin());
  }
  return std::nullopt;
}

Fields as_header(Fields fields) {
  for (std::string& field : fields) {
    field = trimmed(field);
    for (char& c : field) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return fields;
}

std::optional<Table> table_of(const Fields& first, char separator) {
  Table table{.separator = separator, .columns = first.size()};
  const Fields header = as_header(first);
  const auto photo = column_of(header, kPhotoKeys);
  const auto caption = column_of(header, kCaptionKeys);
  if (photo && caption) {
    table.photo = *photo;
    table.caption = *caption;
    table.split = column_of(header, kSplitKeys);
    table.numbers = header[*photo] == "image_id";
    table.list = header[*caption] == "raw" || header[*caption] == "captions";
    return table;
  }
  table.header = false;
  table.caption = 1;
  table.columns = 2;
  // Tabs without a header are for the readers of lines.
  const bool bare = first.size() >= 2 && separator != '\t' && names_photo(trimmed(first[0])) &&
                    first[0].find('\t') == std::string::npos;
  return bare ? std::optional(table) : std::nullopt;
}

std::optional<Table> table_of(const CaptionText& file) {
  if (file.json) return std::nullopt;
  for (const char separator : {',', '|', ';', '\t'}) {
    CsvRow first;
    CsvReader reader(file.path, file.first.text, separator);
    try {
      if (!reader.next(first)) continue;
    } catch (const IoError&) {
      continue;  // a quote that a header would not have
    }
    if (const auto table = table_of(first.fields, separator)) return table;
  }
  return std::nullopt;
}

class TableReader {
 public:
  TableReader(const CaptionText& file, const Table& table, CaptionCollector& collector)
      : file_(file), table_(table), collector_(collector) {}

  void read() {
    const bool open_end = table_.caption + 1 == table_.columns;
    CsvReader reader(file_.path, file_.text, table_.separator, open_end ? table_.columns : 0);
    CsvRow row;
    if (table_.header) reader.next(row);
    while (reader.next(row)) add(row);
  }

 private:
  void add(const CsvRow& row) {
    const std::string place = fmt::format("line {}", row.line);
    if (row.fields.size() < table_.columns)
      return collector_.skip(fmt::format("rows of fewer than {} columns", table_.columns), place);
    if (row.fields.size() > table_.columns) {
      fail(row, fmt::format("the row has {} columns instead of {}; a field that holds '{}' stands "
                            "in quotes",
                            row.fields.size(), table_.columns, table_.separator));
    }
    const std::string name = name_in(row);
    if (file_part(name).empty()) fail(row, "the photo's name is missing");
    const std::size_t photo = collector_.photo(name);
    if (table_.split && !trimmed(row.fields[*table_.split]).empty())
      collector_.put_into(photo, row.fields[*table_.split], place);
    const std::string& caption = row.fields[table_.caption];
    if (table_.list && trimmed(caption).starts_with('[')) return add_list(row, photo);
    collector_.add(photo, caption, [&] { return place; });
  }

  // COCO's name for a number: that is whose numbers are known.
  std::string name_in(const CsvRow& row) const {
    const std::string_view field = trimmed(row.fields[table_.photo]);
    std::int64_t id = 0;
    const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), id);
    const bool number = error == std::errc() && end == field.data() + field.size();
    return table_.numbers && number ? coco_name(id) : std::string(field);
  }

  void add_list(const CsvRow& row, std::size_t photo) {
    const std::string& text = row.fields[table_.caption];
    const json list = json::parse(text, nullptr, false);
    const bool texts =
        list.is_array() &&
        std::all_of(list.begin(), list.end(), [](const json& item) { return item.is_string(); });
    if (!texts) fail(row, "the captions must be a JSON list of texts");
    if (list.empty()) collector_.skip("empty lists of captions", fmt::format("line {}", row.line));
    std::size_t index = 0;
    for (const json& caption : list) {
      collector_.add(photo, caption.get_ref<const std::string&>(),
                     [&] { return fmt::format("line {}, caption {}", row.line, index + 1); });
      ++index;
    }
  }

  [[noreturn]] void fail(const CsvRow& row, const std::string& problem) const {
    std::string text;
    for (const std::string& field : row.fields)
      text += (text.empty() ? "" : std::string(1, table_.separator)) + field;
    throw IoError(file_.path,
                  fmt::format("line {}: {}; it is {}", row.line, problem, excerpt(text)));
  }

  const CaptionText& file_;
  const Table& table_;
  CaptionCollector& collector_;
};

void read_table(const CaptionText& file, CaptionCollector& collector) {
  const Table table = table_of(file).value();
  TableReader(file, table, collector).read();
}

}  // namespace

const CaptionFormat kCsv = {
    "CSV", [](const CaptionText& file) { return table_of(file).has_value(); }, read_table};

}  // namespace limn::data
