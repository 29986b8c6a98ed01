// Text and numbers as HTML and SVG take them.
#pragma once

#include <string>
#include <string_view>

namespace limn::train {

/// `text` for element content and for quoted attributes: & < > " ' become references, control
/// characters the replacement character.
std::string escape_html(std::string_view text);

/// A number for readers, with a true minus sign and up to `decimals` decimals; "not a number" and
/// "−∞" as such.
std::string readable(double value, int decimals);

}  // namespace limn::train
