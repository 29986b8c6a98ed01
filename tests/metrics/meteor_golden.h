// What the official METEOR said: data_scripts/meteor_golden.py.
#pragma once

#include <fstream>
#include <iterator>

#include "core/json.h"
#include "metrics/meteor_candidates.h"
#include "support/golden.h"

namespace limn::test {

inline json read_json(const std::filesystem::path& path) {
  std::ifstream file(path);
  INFO(path.string());
  REQUIRE(file.good());
  return parse_json(std::string(std::istreambuf_iterator<char>(file), {}), path);
}

/// Of [module, reference start, length, hypothesis start, length].
inline metrics::MeteorMatch match_of(const json& match) {
  return {static_cast<metrics::MeteorModule>(match[0].get<int>()),
          {match[1], match[2]},
          {match[3], match[4]}};
}

}  // namespace limn::test
