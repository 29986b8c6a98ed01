// Charts as inline SVG.
#pragma once

#include <string>
#include <vector>

#include "limn/train/report.h"

namespace limn::train {

/// Round numbers (1, 2 or 5 times a power of ten) at equal distances; the first is at or below
/// `low`, the last at or above `high`, and no step is below `smallest_step`. There are at least
/// two.
std::vector<double> ticks(double low, double high, double smallest_step);

/// A chart with axes, ticks and legend; `id` is unique in the page. Its colours and lines are
/// classes that the page's style defines. A chart without a finite point says so instead.
std::string render_chart(const ReportChart& chart, int id);

}  // namespace limn::train
