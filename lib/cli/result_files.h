// Result files of one or more systems, beside what people said.
#pragma once

#include <string>
#include <vector>

#include "cli/photo_set.h"
#include "cli/systems.h"

namespace limn::cli {

/// Captions of the photos of `split`, the same of every file. As in the COCO evaluation the photos
/// of the results count, no others; that there are others is said on stderr. Throws IoError for
/// results without references, unless only a split is asked for, for two of one photo, for one
/// whose id and file are of two photos, and for files of other photos than the first.
SystemSet read_systems(const std::vector<std::string>& results, const std::string& references,
                       const SplitOptions& split);

}  // namespace limn::cli
