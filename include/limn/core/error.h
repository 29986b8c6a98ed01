// The three kinds of failure: the caller's fault, the outside world, our own bug.
#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>

namespace limn {

/// Base of everything limn throws on purpose.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The caller asked for something that cannot be: wrong shape, dtype, index, option.
/// Text: `op: what was required; what came`.
class InvalidArgument : public Error {
 public:
  using Error::Error;
};

/// A file or folder is missing, damaged, foreign or cannot be written.
/// Text: `path: what is wrong and where; what to do`.
class IoError : public Error {
 public:
  IoError(const std::filesystem::path& path, const std::string& problem);

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// A number that must be finite is not (a loss that became NaN).
class NumericalError : public Error {
 public:
  using Error::Error;
};

/// A bug in limn itself; thrown by LIMN_ASSERT.
class InternalError : public Error {
 public:
  using Error::Error;
};

namespace detail {
[[noreturn]] void assertion_failed(const char* condition, const char* file, int line);
}

}  // namespace limn

#define LIMN_ASSERT(condition) \
  ((condition) ? void(0) : ::limn::detail::assertion_failed(#condition, __FILE__, __LINE__))
