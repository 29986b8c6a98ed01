// A caption as METEOR's words.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "metrics/meteor_data.h"

namespace limn::metrics {

/// What the option `-norm` of METEOR makes of a line, lower-cased and split: punctuation becomes
/// words of its own, hyphens between letters or digits become blanks, "it's" is "it 's", "U.S." is
/// "us", and a period stays with an abbreviation that `data` lists. It is METEOR's own mixture of
/// the tokenisers of statistical translation; nothing of it is in the papers. `line` must be UTF-8.
std::vector<std::string> normalize(std::string_view line, const MeteorData& data);

}  // namespace limn::metrics
