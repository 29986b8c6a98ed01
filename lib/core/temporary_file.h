// A file beside another one, to take its place when it is complete.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>

namespace limn {

/// Removed by the destructor unless it was committed; `target` stays as it was till then.
class TemporaryFile {
 public:
  /// Throws IoError when no file can be made beside `target`.
  explicit TemporaryFile(const std::filesystem::path& target);
  ~TemporaryFile();
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  const std::filesystem::path& target() const { return target_; }
  /// Appends; 0 or the system's error code.
  int append(const void* data, std::size_t size);
  /// Writes over what was appended before; 0 or the system's error code.
  int overwrite(std::uint64_t position, const void* data, std::size_t size);
  /// fsync, rename over the target, fsync of the folder. Throws IoError.
  void commit();
  /// Throws IoError: `action` failed with an error code; with the cause and what to do.
  [[noreturn]] void fail(const char* action, int code) const;

 private:
  void make();
  void give_name();
  void sync_folder() const;

  std::filesystem::path target_;
  std::string name_;
  int descriptor_ = -1;
  bool named_ = false;  // else it vanishes with the process, even one that is killed
  bool renamed_ = false;
};

}  // namespace limn
