// Files that are either the old or the new one, never something between.
#pragma once

#include <filesystem>
#include <functional>
#include <ostream>
#include <string_view>

namespace limn {

/// Writes a temporary file beside `path`, fsyncs it, renames it over `path` and fsyncs the folder.
/// On any failure (a full disk, no permission, an exception from `write`, a stream that it left
/// failed) the old file stays as it was and the temporary one is removed. Throws IoError naming the
/// path, the cause and what to do; also where `path` is a folder, a device or a pipe.
void write_file_atomically(const std::filesystem::path& path,
                           const std::function<void(std::ostream&)>& write);
void write_file_atomically(const std::filesystem::path& path, std::string_view content);

}  // namespace limn
