// What kinds of characters the PTB tokeniser tells apart.
#pragma once

#include "text/character_set.h"

namespace limn::text::ptb {

// As the official program has them, whose tables are those of Unicode 6; later letters are none.

/// Letters, and the marks and signs that stand within words like letters.
CharacterSet letters();
/// Letters alone.
CharacterSet alphabetic();
CharacterSet digits();
/// Signs that are words for themselves.
CharacterSet symbols();

}  // namespace limn::text::ptb
