// Unicode's composed form.
#pragma once

#include <string>
#include <string_view>

namespace limn::text {

/// `text`, which is UTF-8, in Unicode's form NFC (UAX #15) with every letter in its simple lower
/// case. A text with more than 30 marks on one letter, which no writing has (UAX #15, 12.1), is
/// only lowered, so that time is linear.
std::string lower_composed(std::string_view text);

}  // namespace limn::text
