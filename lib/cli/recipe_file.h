// Recipe files: TOML, as CLI11 reads it but for texts.
#pragma once

#include <filesystem>

#include "cli/program.h"

namespace limn::cli {

/// The keys "SECTION.KEY" and values of a recipe, in order; a list is "[0.9, 0.999]". Throws
/// IoError when the file is missing, UsageError with the line when it is no TOML, a key comes twice
/// or a text is not closed or has an escape that TOML does not know; also for tables in braces and
/// NUL in a text. A byte order mark is passed over.
Entries read_recipe(const std::filesystem::path& path);

}  // namespace limn::cli
