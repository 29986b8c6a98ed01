// Results: tables for people, JSON for programs, on stdout or into a file.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/json.h"

namespace limn::cli {

using ordered_json = nlohmann::ordered_json;

using Rows = std::vector<std::vector<std::string>>;

/// Rows of cells as lines; each column is as wide as its widest cell. A column of numbers, with or
/// without a head, is set to the right.
std::string table(const Rows& rows);

/// Rows of a table: "BLEU-4", "0.2345".
Rows score_rows(const std::map<std::string, double>& scores);

/// The text of a JSON value, indented; bytes that are no UTF-8 are replaced.
std::string json_text(const ordered_json& value);

/// `text` to stdout, or atomically into the file `out` unless that is empty.
void put_out(const std::string& text, const std::string& out = "");

}  // namespace limn::cli
