// The words that keep a period behind them, and others that the PTB tokeniser knows by name.
#pragma once

#include <span>

#include "text/pattern.h"

namespace limn::text::ptb {

struct Definition {
  std::string_view name, pattern;
};

/// "abbreviation" (etc. Jan.), "title" (Mr. Ave.), "before number" (no. 5), "first word" (of a
/// sentence: The), "countries" (Canada-U.S), "extension" (of a file: jpg) and what they consist of.
/// [M]ass is not mass, as `Patterns` has it.
std::span<const Definition> abbreviations();

}  // namespace limn::text::ptb
