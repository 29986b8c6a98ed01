#include "train/chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/check.h"
#include "train/html.h"

namespace limn::train {
namespace {

constexpr double kWidth = 520, kHeight = 300;
constexpr double kLeft = 64, kRight = 24, kTop = 12, kBottom = 48;
constexpr double kLargest = 1e100;        // beyond it, a value is as good as infinite
constexpr std::size_t kStyles = 6;        // line styles .s0 … .s5 of the page's style
constexpr std::size_t kMostMarkers = 60;  // curves with more points are lines only

bool can_be_drawn(double value) { return std::isfinite(value) && std::fabs(value) <= kLargest; }

// One axis: the values at its ends and on which pixels these lie.
class Axis {
 public:
  Axis(double low, double high, std::vector<double> marks, double from, double to)
      : low_(low), high_(high), marks_(std::move(marks)), from_(from), to_(to) {}

  const std::vector<double>& marks() const { return marks_; }
  double pixel(double value) const {
    return from_ + (to_ - from_) * (value - low_) / (high_ - low_);
  }

 private:
  double low_, high_;
  std::vector<double> marks_;
  double from_, to_;
};

struct Range {
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();
  bool whole = true;  // all values are integers

  void add(double value) {
    whole = whole && value == std::floor(value);
    low = std::min(low, value);
    high = std::max(high, value);
  }
};

// From left to right: exactly the values there are, but for a single one.
Axis axis_across(const Range& range) {
  std::vector<double> marks = ticks(range.low, range.high, range.whole ? 1 : 0);
  if (range.low == range.high) {
    return {marks.front(), marks.back(), marks, kLeft, kWidth - kRight};
  }
  std::erase_if(marks, [&](double mark) { return mark < range.low || mark > range.high; });
  return {range.low, range.high, std::move(marks), kLeft, kWidth - kRight};
}

// From the bottom up: between round numbers.
Axis axis_up(const Range& range) {
  const std::vector<double> marks = ticks(range.low, range.high, 0);
  return {marks.front(), marks.back(), marks, kHeight - kBottom, kTop};
}

bool is_point(const ReportCurve& curve, std::size_t i) {
  return can_be_drawn(curve.x[i]) && can_be_drawn(curve.y[i]);
}

std::string frame(const ReportChart& chart, const Axis& x, const Axis& y) {
  std::string svg;
  for (const double mark : y.marks()) {
    const double at = y.pixel(mark);
    svg += fmt::format("<line class=\"grid\" x1=\"{}\" x2=\"{}\" y1=\"{:.1f}\" y2=\"{:.1f}\"/>",
                       kLeft, kWidth - kRight, at, at);
    svg +=
        fmt::format("<text class=\"tick\" text-anchor=\"end\" x=\"{}\" y=\"{:.1f}\">{:g}</text>\n",
                    kLeft - 8, at + 4, mark);
  }
  for (const double mark : x.marks()) {
    svg += fmt::format(
        "<text class=\"tick\" text-anchor=\"middle\" x=\"{:.1f}\" y=\"{}\">{:g}</text>\n",
        x.pixel(mark), kHeight - kBottom + 18, mark);
  }
  svg += fmt::format("<text class=\"label\" text-anchor=\"middle\" x=\"{}\" y=\"{}\">{}</text>\n",
                     (kLeft + kWidth - kRight) / 2, kHeight - 8, escape_html(chart.x_label));
  svg += fmt::format(
      "<text class=\"label\" text-anchor=\"middle\" transform=\"translate(14 {}) "
      "rotate(-90)\">{}</text>\n",
      (kTop + kHeight - kBottom) / 2, escape_html(chart.y_label));
  return svg;
}

std::string line_of(const ReportCurve& curve, const Axis& x, const Axis& y) {
  std::string path;
  bool pen_is_down = false;
  for (std::size_t i = 0; i < curve.x.size(); ++i) {
    const bool draws = is_point(curve, i);
    if (draws) {
      path += fmt::format("{}{:.1f} {:.1f}", pen_is_down ? 'L' : 'M', x.pixel(curve.x[i]),
                          y.pixel(curve.y[i]));
    }
    pen_is_down = draws;
  }
  return path;
}

std::string markers_of(const ReportCurve& curve, const Axis& x, const Axis& y) {
  std::string svg;
  for (std::size_t i = 0; i < curve.x.size(); ++i) {
    if (!is_point(curve, i)) continue;
    svg += fmt::format(
        "<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"3.5\"><title>{}: {:g} at {:g}</title></circle>\n",
        x.pixel(curve.x[i]), y.pixel(curve.y[i]), escape_html(curve.name), curve.y[i], curve.x[i]);
  }
  return svg;
}

// What the chart shows, in words, for those who cannot see it.
std::string description(const ReportCurve& curve) {
  std::size_t points = 0, last = 0;
  Range range;
  for (std::size_t i = 0; i < curve.x.size(); ++i) {
    if (!is_point(curve, i)) continue;
    range.add(curve.y[i]);
    last = i;
    ++points;
  }
  if (points == 0) return fmt::format("{}: no finite value. ", escape_html(curve.name));
  return fmt::format("{}: {} points from {:g} to {:g}, the last {:g} at {:g}. ",
                     escape_html(curve.name), points, range.low, range.high, curve.y[last],
                     curve.x[last]);
}

std::string legend(const ReportChart& chart) {
  std::string html = "<ul class=\"legend\">\n";
  for (std::size_t i = 0; i < chart.curves.size(); ++i) {
    html += fmt::format(
        "<li><svg class=\"s{}\" viewBox=\"0 0 32 8\" aria-hidden=\"true\"><path d=\"M0 4L32 "
        "4\"/></svg>{}</li>\n",
        i % kStyles, escape_html(chart.curves[i].name));
  }
  return html + "</ul>\n";
}

std::string plot(const ReportChart& chart, const Axis& x, const Axis& y) {
  std::string svg = frame(chart, x, y);
  for (std::size_t i = 0; i < chart.curves.size(); ++i) {
    const ReportCurve& curve = chart.curves[i];
    svg += fmt::format("<g class=\"s{}\"><path d=\"{}\"/>\n", i % kStyles, line_of(curve, x, y));
    if (curve.x.size() <= kMostMarkers) svg += markers_of(curve, x, y);
    svg += "</g>\n";
  }
  return svg;
}

}  // namespace

std::vector<double> ticks(double low, double high, double smallest_step) {
  const double size = std::max(std::fabs(low), std::fabs(high));
  const bool is_tiny = size < 1 / kLargest;
  if (is_tiny || high - low <= 1e-9 * size) {
    const double margin = is_tiny ? 1 : 0.1 * size;
    low -= margin;
    high += margin;
  }
  constexpr double kIntervals = 5;
  const double rough = (high - low) / kIntervals;
  const double power = std::pow(10, std::floor(std::log10(rough)));
  double step = 10 * power;
  for (const double factor : {5.0, 2.0, 1.0}) {
    if (factor * power >= 0.75 * rough) step = factor * power;
  }
  step = std::max(step, smallest_step);
  std::vector<double> marks;
  const double first = std::floor(low / step + 1e-9), last = std::ceil(high / step - 1e-9);
  for (double k = first; k <= last; ++k) marks.push_back(k == 0 ? 0 : k * step);
  return marks;
}

std::string render_chart(const ReportChart& chart, int id) {
  Range x, y;
  std::string words;
  for (const ReportCurve& curve : chart.curves) {
    require(curve.x.size() == curve.y.size(),
            "render_report: curve \"{}\" needs as many x as y; got {} and {}", curve.name,
            curve.x.size(), curve.y.size());
    words += description(curve);
    for (std::size_t i = 0; i < curve.x.size(); ++i) {
      if (!is_point(curve, i)) continue;
      x.add(curve.x[i]);
      y.add(curve.y[i]);
    }
  }
  const std::string head =
      fmt::format("<figure class=\"chart\">\n<figcaption id=\"chart-{}\">{}</figcaption>\n", id,
                  escape_html(chart.title));
  if (x.low > x.high)
    return head + "<p class=\"nothing\">No finite values to draw.</p>\n</figure>\n";
  return head +
         fmt::format(
             "<svg viewBox=\"0 0 {} {}\" role=\"img\" aria-labelledby=\"chart-{}\" "
             "aria-describedby=\"chart-{}-words\">\n<desc "
             "id=\"chart-{}-words\">{}</desc>\n{}</svg>\n",
             kWidth, kHeight, id, id, id, words, plot(chart, axis_across(x), axis_up(y))) +
         legend(chart) + "</figure>\n";
}

}  // namespace limn::train
