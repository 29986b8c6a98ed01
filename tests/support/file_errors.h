// What is wrong with a file, as its reader says it.
#pragma once

#include <string>
#include <string_view>

#include "limn/core/error.h"
#include "support/catch.h"
#include "support/temporary_folder.h"

namespace limn::test {

inline constexpr std::string_view kNoError = "(nothing was thrown)";

/// The text of the IoError that `read(path)` of a file with this content throws, without the path.
template <class Read>
std::string error_of_file(std::string_view content, const Read& read) {
  const TemporaryFolder folder;
  const auto path = folder.write("file", content);
  try {
    read(path);
  } catch (const IoError& error) {
    REQUIRE(error.path() == path);
    return std::string(error.what()).substr(path.string().size() + 2);
  }
  return std::string(kNoError);
}

}  // namespace limn::test
