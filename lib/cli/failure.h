// How the program ends: exit codes and the one line that says why.
#pragma once

#include <functional>

#include "limn/core/error.h"

namespace limn::cli {

inline constexpr int kDone = 0;
inline constexpr int kFailed = 1;
inline constexpr int kWrongUsage = 2;

/// The command line or a recipe asks for what cannot be.
class UsageError : public Error {
 public:
  using Error::Error;
};

/// The exit code of `body`, or that of what it throws; then "limn: …" is on stderr, on one line.
/// An interrupt gives 128 + the signal, as shells do.
int guarded(const std::function<int()>& body);

}  // namespace limn::cli
