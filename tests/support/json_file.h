// JSON files that tests compare with.
#pragma once

#include "core/json.h"
#include "support/catch.h"
#include "support/files.h"

namespace limn::test {

inline json read_json(const std::filesystem::path& path) {
  INFO(path.string());
  REQUIRE(std::filesystem::exists(path));
  return parse_json(read_file(path), path);
}

}  // namespace limn::test
