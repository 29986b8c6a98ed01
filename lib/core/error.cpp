#include "limn/core/error.h"

#include <fmt/format.h>

namespace limn {

IoError::IoError(const std::filesystem::path& path, const std::string& problem)
    : Error(fmt::format("{}: {}", path.string(), problem)), path_(path) {}

namespace detail {

void assertion_failed(const char* condition, const char* file, int line) {
  throw InternalError(
      fmt::format("limn has a bug: `{}` does not hold at {}:{}", condition, file, line));
}

}  // namespace detail
}  // namespace limn
