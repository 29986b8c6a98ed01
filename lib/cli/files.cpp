#include "cli/files.h"

#include <fmt/format.h>

#include <filesystem>

#include "cli/failure.h"
#include "core/temporary_file.h"
#include "limn/data/photo_names.h"

namespace limn::cli {
namespace {

namespace fs = std::filesystem;

bool is_same(const fs::path& a, const fs::path& b) {
  std::error_code none;
  return fs::equivalent(a, b, none);
}

bool is_photo_in(const fs::path& folder, const fs::path& file) {
  std::error_code none;
  return data::names_photo(file.filename().string()) && fs::exists(file, none) &&
         is_same(file.has_parent_path() ? file.parent_path() : ".", folder);
}

// Also of files that are not there yet.
bool are_one(const fs::path& a, const fs::path& b) {
  std::error_code none;
  return is_same(a, b) ||
         fs::weakly_canonical(fs::absolute(a), none) == fs::weakly_canonical(fs::absolute(b), none);
}

std::string written(const FlaggedFile& file) { return file.flag + " " + file.path; }

void keep(const FlaggedFile& input, const FlaggedFile& output) {
  if (is_same(input.path, output.path)) {
    throw UsageError(
        fmt::format("{} is what {} reads; choose another file", written(output), written(input)));
  }
  if (is_photo_in(input.path, output.path))
    throw UsageError(
        fmt::format("{} is a photo of {}; choose another file", written(output), written(input)));
}

}  // namespace

void keep_inputs(const std::vector<FlaggedFile>& inputs, const std::vector<FlaggedFile>& outputs) {
  for (const FlaggedFile& output : outputs) {
    if (output.path.empty()) continue;
    for (const FlaggedFile& input : inputs)
      if (!input.path.empty()) keep(input, output);
    for (const FlaggedFile& other : outputs) {
      if (&other == &output) break;
      if (!other.path.empty() && are_one(other.path, output.path))
        throw UsageError(fmt::format("{} and {} are one file; choose another for one of them",
                                     written(other), written(output)));
    }
  }
}

void check_files(const std::vector<FlaggedFile>& inputs, const std::vector<FlaggedFile>& outputs) {
  keep_inputs(inputs, outputs);
  for (const FlaggedFile& output : outputs)
    if (!output.path.empty()) const TemporaryFile probe(output.path);
}

void require_folder(const FlaggedFile& folder) {
  std::error_code none;
  if (!fs::is_directory(folder.path, none))
    throw IoError(folder.path, fmt::format("is no folder; {} names one of photos", folder.flag));
}

}  // namespace limn::cli
