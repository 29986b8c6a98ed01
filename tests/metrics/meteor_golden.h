// What the official METEOR said: data_scripts/meteor_golden.py.
#pragma once

#include "metrics/meteor_candidates.h"
#include "support/golden.h"
#include "support/json_file.h"

namespace limn::test {

/// Of [module, reference start, length, hypothesis start, length].
inline metrics::MeteorMatch match_of(const json& match) {
  return {static_cast<metrics::MeteorModule>(match[0].get<int>()),
          {match[1], match[2]},
          {match[3], match[4]}};
}

}  // namespace limn::test
