// The grammar of the PTB tokeniser.
#pragma once

#include "text/lexer.h"

namespace limn::text::ptb {

/// What becomes of a match. Those with a number in their name end the token earlier.
enum Action : int {
  kNothing,     ///< a blank, or something that the tokeniser deletes
  kRemoved,     ///< a token of the list that the COCO evaluation removes
  kWord,        ///< as it is, without soft hyphens
  kExact,       ///< as it is
  kSpaced,      ///< as it is, blanks becoming no-break spaces
  kEscaped,     ///< the same, and brackets written out
  kAmpersand,   ///< as it is, &amp; becoming &
  kSplitLast3,  ///< can|not
  kSplitLast2,  ///< gon|na
  kFraction,    ///< ½ ¼ ¾ ⅓ ⅔
  kCurrency,    ///< € ¤ £ ¢
  kEntity,      ///< &lt; or &gt;
  kQuotes,      ///< written as ` '' and so on
  kHyphens,     ///< five or more remain
  kBracket,     ///< ( ) [ ] { }
};

/// The grammar, made when first asked for.
const Lexer& lexer();

}  // namespace limn::text::ptb
