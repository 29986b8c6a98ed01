// What `limn info` says of files with captions.
#pragma once

#include <filesystem>

#include "cli/output.h"

namespace limn::cli {

/// Layout and counts of a caption file, with what was skipped, or of a result file. Throws IoError
/// when it is neither.
ordered_json caption_info(const std::filesystem::path& path, bool lossy);

}  // namespace limn::cli
