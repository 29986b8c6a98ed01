// The subcommands of the program, a source file each.
#pragma once

#include "cli/program.h"

namespace limn::cli {


}  // namespace limn::cli
