#include "core/temporary_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "limn/core/error.h"

namespace limn {
namespace {

namespace fs = std::filesystem;

fs::path folder_of(const fs::path& file) {
  return file.has_parent_path() ? file.parent_path() : fs::path(".");
}

std::string advice(int code) {
  switch (code) {
    case ENOSPC:
    case EDQUOT: return "; free some space and try again";
    case EFBIG: return "; the limit on file sizes is too small";
    case EACCES:
    case EPERM:
    case EROFS: return "; choose a folder you may write to";
    case ENOENT: return "; make the folder first";
    default: return "";
  }
}

// Repeats what the system did in part or was interrupted in: write(data, size, done so far).
template <class Write>
int write_all(const void* data, std::size_t size, Write&& write) {
  const char* from = static_cast<const char*>(data);
  for (std::size_t done = 0; done < size;) {
    const ssize_t written = write(from + done, size - done, done);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    done += static_cast<std::size_t>(written);
  }
  return 0;
}

// What a link leads to is replaced, not the link; folders, devices and pipes are never replaced.
fs::path replaceable(const fs::path& target) {
  std::error_code none;
  const fs::file_type type = fs::status(target, none).type();
  for (const auto kept : {fs::file_type::character, fs::file_type::block, fs::file_type::fifo,
                          fs::file_type::socket}) {
    if (type == kept)
      throw IoError(target, "is a device or a pipe and cannot be replaced; choose a file");
  }
  if (type == fs::file_type::directory)
    throw IoError(target, "is a folder and cannot be replaced; name a file in it");
  if (type != fs::file_type::regular || !fs::is_symlink(target, none)) return target;
  return fs::canonical(target);
}

}  // namespace

TemporaryFile::TemporaryFile(const fs::path& target) : target_(replaceable(target)) { make(); }

// Without a name where the file system can.
void TemporaryFile::make() {
  descriptor_ = ::open(folder_of(target_).c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0666);
  if (descriptor_ >= 0) return;
  name_ = target_.string() + ".XXXXXX";
  descriptor_ = ::mkstemp(name_.data());
  if (descriptor_ < 0) fail("write here", errno);
  named_ = true;
  const mode_t mask = ::umask(0);
  ::umask(mask);
  ::fchmod(descriptor_, 0666 & ~mask);
}

void TemporaryFile::give_name() {
  if (named_) return;
  const std::string file = fmt::format("/proc/self/fd/{}", descriptor_);
  for (int attempt = 0; !named_; ++attempt) {
    name_ = fmt::format("{}.{}.{}", target_.string(), ::getpid(), attempt);
    named_ = ::linkat(AT_FDCWD, file.c_str(), AT_FDCWD, name_.c_str(), AT_SYMLINK_FOLLOW) == 0;
    if (!named_ && errno != EEXIST) fail("write here", errno);
  }
}

TemporaryFile::~TemporaryFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
  if (named_ && !renamed_) ::unlink(name_.c_str());
}

void TemporaryFile::fail(const char* action, int code) const {
  throw IoError(target_, fmt::format("cannot {} ({}); nothing was changed{}", action,
                                     std::strerror(code), advice(code)));
}

int TemporaryFile::append(const void* data, std::size_t size) {
  return write_all(data, size, [&](const char* from, std::size_t left, std::size_t) {
    return ::write(descriptor_, from, left);
  });
}

int TemporaryFile::overwrite(std::uint64_t position, const void* data, std::size_t size) {
  return write_all(data, size, [&](const char* from, std::size_t left, std::size_t done) {
    return ::pwrite(descriptor_, from, left, static_cast<off_t>(position + done));
  });
}

void TemporaryFile::commit() {
  if (::fsync(descriptor_) != 0) fail("write the file to disk", errno);
  give_name();
  const int closed = ::close(descriptor_);
  descriptor_ = -1;
  if (closed != 0) fail("write the file to disk", errno);
  if (::rename(name_.c_str(), target_.c_str()) != 0) fail("replace this file", errno);
  renamed_ = true;
  sync_folder();
}

void TemporaryFile::sync_folder() const {
  const int descriptor = ::open(folder_of(target_).c_str(), O_RDONLY | O_DIRECTORY);
  if (descriptor < 0) return;
  ::fsync(descriptor);
  ::close(descriptor);
}

}  // namespace limn
