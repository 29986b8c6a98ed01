// The nearest of several names: for errors that suggest what was meant.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace limn {

/// The candidate with the smallest edit distance (insert, delete, replace: 1 each) to `word`; the
/// first of equals. Empty when there are no candidates or none is nearer than half of the word's
/// length, rounded up.
std::string nearest_name(std::string_view word, std::span<const std::string> candidates);

/// `"hiden" is not known; did you mean "hidden"?`, or `…; there are hidden, layers` when none is
/// near.
std::string unknown_name(std::string_view word, std::span<const std::string> known);

/// The same for keys "section.key", of which there are many: when none is near, those of the
/// section, or the sections. A key that is in another section is named there.
std::string unknown_key(std::string_view word, std::span<const std::string> known);

}  // namespace limn
