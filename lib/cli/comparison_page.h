// The page of `limn evaluate --html`.
#pragma once

#include <string>
#include <vector>

#include "cli/systems.h"

namespace limn::cli {

/// Writes the page into `file`, atomically. With a folder of photos, those that a system describes
/// best or worst are shown; photos that cannot be read are named on stderr.
void write_comparison(const SystemSet& set, const std::vector<SystemScores>& systems,
                      const std::string& images, const std::string& file);

}  // namespace limn::cli
