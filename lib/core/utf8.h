// UTF-8 text, checked.
#pragma once

#include <cstddef>
#include <string_view>

namespace limn {

/// The first byte of `text` where it stops being UTF-8 (Unicode 15, table 3-7: no overlong forms,
/// surrogates or values beyond U+10FFFF), or npos.
std::size_t invalid_utf8(std::string_view text);

}  // namespace limn
