// What the cross-entropies require of targets and label smoothing.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "core/check.h"

namespace limn::ops {

/// Throws InvalidArgument in the name of `op` unless all are in [0, classes) or `ignore`.
inline void check_targets(const char* op, std::span<const std::int32_t> targets,
                          std::int64_t classes, std::optional<std::int32_t> ignore = {}) {
  for (std::size_t n = 0; n < targets.size(); ++n) {
    require((targets[n] >= 0 && targets[n] < classes) || targets[n] == ignore,
            "{}: targets must be in [0, {}); got {} at {}", op, classes, targets[n], n);
  }
}

inline void check_smoothing(const char* op, double smoothing) {
  require(smoothing >= 0 && smoothing < 1, "{}: label_smoothing must be in [0, 1); got {}", op,
          smoothing);
}

}  // namespace limn::ops
