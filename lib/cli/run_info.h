// What `limn info` says of a run's recipe, log and report.
#pragma once

#include <filesystem>

#include "cli/output.h"

namespace limn::cli {

/// What a recipe trains, on what, and where to. Throws as `limn train` does for one that is wrong.
ordered_json recipe_info(const std::filesystem::path& path);

/// Epochs, hours and the scores of the best epoch. Throws IoError for lines that are not of a log.
ordered_json log_info(const std::filesystem::path& path);

/// Title of a page, and what to do with it.
ordered_json page_info(const std::filesystem::path& path);

}  // namespace limn::cli
