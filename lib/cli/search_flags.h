// Flags that several subcommands have: how captions are searched.
#pragma once

#include "cli/program.h"
#include "limn/decode/search.h"

namespace limn::cli {

/// --beam, --min-length, --max-length, --length-penalty.
void add_search_flags(Command& command, decode::SearchOptions& search);
/// Throws UsageError when the options contradict each other.
void check_search(const decode::SearchOptions& search);

}  // namespace limn::cli
