#include "limn/train/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "train/chart.h"
#include "train/html.h"
#include "train/page.h"

namespace limn::train {
namespace {

constexpr double kDarkestNats = 6;     // a word this unlikely, or more, has the darkest shade
constexpr double kDarkestShade = 0.6;  // the text stays readable on it, light and dark

double shade(double log_probability) {
  if (std::isnan(log_probability)) return kDarkestShade;
  return kDarkestShade * std::min(1.0, std::max(0.0, -log_probability / kDarkestNats));
}

std::string word_of(const WordScore& word, std::string_view element) {
  return fmt::format(
      "<{} class=\"word\" style=\"--shade:{:.3f}\" title=\"P = {}, log P = {}\">{} "
      "<small>{}</small></{}>\n",
      element, shade(word.log_probability), readable(std::exp(word.log_probability), 4),
      readable(word.log_probability, 4), escape_html(word.word), readable(word.log_probability, 2),
      element);
}

std::string summary(const Report& report) {
  if (report.summary.empty()) return "";
  std::string html = "<dl class=\"summary\">\n";
  for (const auto& [name, value] : report.summary) {
    html +=
        fmt::format("<div><dt>{}</dt><dd>{}</dd></div>\n", escape_html(name), escape_html(value));
  }
  return html + "</dl>\n";
}

std::string charts(const Report& report) {
  if (report.charts.empty()) return "";
  std::string html = "<h2>Curves</h2>\n<div class=\"charts\">\n";
  int id = 0;
  for (const ReportChart& chart : report.charts) html += render_chart(chart, ++id);
  return html + "</div>\n";
}

std::string generated(const ReportCaption& caption) {
  if (caption.words.empty()) return "<p class=\"nothing\">the empty caption</p>\n";
  std::string html = "<ul class=\"words\">\n";
  for (const WordScore& word : caption.words) html += word_of(word, "li");
  return html + "</ul>\n";
}

std::string card(const ReportCaption& caption) {
  std::string scores = "log P(S | I) = " + readable(caption.log_probability, 2);
  if (caption.cider) scores += ", CIDEr-D " + readable(*caption.cider, 3);
  return fmt::format(
      "<article class=\"photo\">\n{}<div>\n<h3>{}</h3>\n<p class=\"role\">Model</p>\n{}{}{}<p "
      "class=\"scores\">{}</p>\n</div>\n</article>\n",
      photo_element("render_report", caption.name, caption.photo_data_uri, caption.references),
      escape_html(caption.name), generated(caption), text_list("Model, next", caption.others),
      text_list("People", caption.references), scores);
}

std::string photos(const Report& report) {
  if (report.captions.empty()) return "";
  std::string html =
      "<h2>Photos and captions</h2>\n<p class=\"scale\">Under each word of the model: log P(word | "
      "words before, photo). Shades: ";
  for (const double nats : {0.0, -1.0, -2.0, -4.0, -6.0}) {
    html += word_of({"P = " + readable(std::exp(nats), 2), nats}, "span");
  }
  html += "</p>\n<div class=\"photos\">\n";
  for (const ReportCaption& caption : report.captions) html += card(caption);
  return html + "</div>\n";
}

}  // namespace

std::string render_report(const Report& report) {
  return page(report.title, summary(report) + charts(report) + photos(report));
}

}  // namespace limn::train
