// Files as memory.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string_view>

namespace limn {

/// A private, copy-on-write mapping of a whole file; unmapped when the last owner goes.
struct MappedFile {
  std::shared_ptr<void> memory;
  std::size_t size = 0;

  std::string_view text() const { return {static_cast<const char*>(memory.get()), size}; }
};

/// Throws IoError when the file is missing, a folder, empty or cannot be read.
MappedFile map_file(const std::filesystem::path& path);

}  // namespace limn
