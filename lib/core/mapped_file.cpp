#include "core/mapped_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "limn/core/error.h"

namespace limn {

MappedFile map_file(const std::filesystem::path& path) {
  // A pipe is to be refused, not waited for.
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0)
    throw IoError(path, fmt::format("cannot be opened ({})", std::strerror(errno)));
  struct stat status {};
  const bool known = ::fstat(descriptor, &status) == 0;
  const auto size = static_cast<std::size_t>(status.st_size);
  void* memory = MAP_FAILED;
  if (known && S_ISREG(status.st_mode) && size > 0) {
    memory = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE, descriptor, 0);
  }
  const int error = errno;
  ::close(descriptor);
  if (known && S_ISDIR(status.st_mode)) throw IoError(path, "is a folder; a file was expected");
  if (known && !S_ISREG(status.st_mode))
    throw IoError(path, "is no regular file; a file was expected");
  if (known && size == 0) throw IoError(path, "the file is empty");
  if (memory == MAP_FAILED)
    throw IoError(path, fmt::format("cannot be read ({})", std::strerror(error)));
  return {std::shared_ptr<void>(memory, [size](void* mapped) { ::munmap(mapped, size); }), size};
}

}  // namespace limn
