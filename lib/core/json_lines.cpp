#include "limn/core/json_lines.h"

#include <iterator>

#include "limn/core/atomic_file.h"
#include "limn/core/error.h"

namespace limn {
namespace {

// What comes next must not continue half a line.
void forget_cut_line(const std::filesystem::path& path) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) return;
  std::uintmax_t complete = 0;
  for (const std::string& line : read_json_lines(path)) complete += line.size() + 1;
  if (complete == std::filesystem::file_size(path, error)) return;
  std::filesystem::resize_file(path, complete, error);
  if (error) throw IoError(path, "ends in half a line that cannot be removed");
}

}  // namespace

JsonLines::JsonLines(const std::filesystem::path& path)
    : path_(path), file_(path, std::ios::app | std::ios::binary) {
  if (!file_)
    throw IoError(path_, "cannot be opened for writing; choose a folder you may write to");
  forget_cut_line(path_);
}

void JsonLines::append(std::string_view object) {
  file_ << object << '\n' << std::flush;
  if (!file_) throw IoError(path_, "a line could not be written; is the disk full?");
}

std::vector<std::string> read_json_lines(const std::filesystem::path& path) {
  std::vector<std::string> lines;
  std::error_code error;
  if (!std::filesystem::exists(path, error) && !error) return lines;
  std::ifstream file(path, std::ios::binary);
  std::string line;
  while (std::getline(file, line)) {
    if (file.eof()) break;  // no line feed: cut short
    lines.push_back(line);
  }
  if (!file.is_open() || file.bad()) throw IoError(path, "cannot be read");
  return lines;
}

void truncate_json_lines(const std::filesystem::path& path, std::size_t lines) {
  const std::vector<std::string> all = read_json_lines(path);
  std::string kept;
  for (std::size_t i = 0; i < std::min(lines, all.size()); ++i) kept += all[i] + "\n";
  write_file_atomically(path, kept);
}

}  // namespace limn
