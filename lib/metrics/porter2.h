// The stems of English words.
#pragma once

#include <string>
#include <string_view>

namespace limn::metrics {

/// The stem of a lower-case word by the Snowball project's English stemmer, "Porter2", as it was
/// from 2006 to its version 2.2: "riding" and "rides" are "ride", and stay different from "rode".
/// It extends M. F. Porter, "An algorithm for suffix stripping", Program 14 (1980). Snowball's
/// version 3 gives some words other stems ("evening", "organize"). `word` must be UTF-8; what is
/// not a–z is a consonant.
std::string porter2(std::string_view word);

}  // namespace limn::metrics
