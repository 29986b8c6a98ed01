// Characters and lower case as Java has them.
#pragma once

#include <string>
#include <string_view>

namespace limn::text {

/// Appends `code` as one or two UTF-16 units, which is what Java counts as characters.
void append_units(char32_t code, std::u32string& units);

/// The word, in UTF-16 units, in lower case as UTF-8, as Java's String.toLowerCase() makes it in an
/// English locale: Unicode's simple mapping, but İ becomes i and a combining dot, and Σ becomes ς
/// where a letter with case stands before it in the word and none after it (Unicode 15,
/// section 3.13, Final_Sigma, with word boundaries instead of ignorable characters).
std::string java_lower(std::u32string_view word);

}  // namespace limn::text
