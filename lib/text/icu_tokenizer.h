// Words of languages that are written without blanks.
#pragma once

#include <memory>

#include "limn/text/tokenizer.h"

namespace limn::text {

/// "words"; what it does is in limn/text/tokenizer.h. Throws InternalError when ICU lacks its data.
std::unique_ptr<Tokenizer> make_icu_tokenizer();

}  // namespace limn::text
