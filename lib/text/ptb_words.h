// What the matches of the PTB tokeniser are written as.
#pragma once

#include <string>
#include <string_view>

#include "text/ptb_grammar.h"

namespace limn::text::ptb {

/// The word in lower case, as UTF-8; empty: none, as the match is deleted or of the list that the
/// COCO evaluation removes.
std::string word_of(Action action, std::u32string_view match);

}  // namespace limn::text::ptb
