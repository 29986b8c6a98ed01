// How pages look.
#pragma once

#include <string_view>

namespace limn::train {

/// Their style sheet.
extern const std::string_view kPageStyle;

}  // namespace limn::train
