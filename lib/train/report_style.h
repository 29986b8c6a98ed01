// How a report looks.
#pragma once

#include <string_view>

namespace limn::train {

/// The style sheet of report.html.
extern const std::string_view kReportStyle;

}  // namespace limn::train
