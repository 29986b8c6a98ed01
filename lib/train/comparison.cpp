#include "limn/train/comparison.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/check.h"
#include "train/html.h"
#include "train/page.h"

namespace limn::train {
namespace {

constexpr const char* kRenderComparison = "render_comparison";

// Cards lie in `#photos` with data-scores="system 0's scores;system 1's …". An option's value is
// "system,metric,first": first is the system to subtract, or −1.
constexpr std::string_view kSorting = R"js(
const photos = document.getElementById("photos");
const cards = [...photos.children].map((card, place) => ({card, place,
  scores: card.dataset.scores.split(";").map(s => s.split(",").map(Number)),
  text: [...card.querySelectorAll(".said, .references li")]
    .map(e => e.textContent.toLowerCase()).join("\n")}));
const by = document.getElementById("by"), order = document.getElementById("order");
const holds = document.getElementById("holds"), shown = document.getElementById("shown");
function arrange() {
  const [system, metric, first] = by.value.split(",").map(Number);
  const sign = order.value === "best" ? -1 : 1;
  const key = c => c.scores[system][metric] - (first === -1 ? 0 : c.scores[first][metric]);
  const sorted = system === -1 ? cards
    : [...cards].sort((a, b) => sign * (key(a) - key(b)) || a.place - b.place);
  const text = holds.value.trim().toLowerCase();
  let count = 0;
  for (const c of sorted) {
    c.card.hidden = !c.text.includes(text);
    count += !c.card.hidden;
  }
  photos.append(...sorted.map(c => c.card));
  shown.textContent = `${count} of ${cards.length} photos`;
}
for (const control of [by, order, holds]) control.addEventListener("input", arrange);
arrange();
)js";

void check(const Comparison& comparison) {
  require(!comparison.systems.empty() && !comparison.metrics.empty(),
          "{}: needs a system and a metric; got {} and {}", kRenderComparison,
          comparison.systems.size(), comparison.metrics.size());
  for (const ComparedPhoto& photo : comparison.photos) {
    require(photo.captions.size() == comparison.systems.size(),
            "{}: \"{}\" needs a caption of each of {} systems; got {}", kRenderComparison,
            photo.name, comparison.systems.size(), photo.captions.size());
    for (const ComparedCaption& caption : photo.captions) {
      require(caption.scores.size() == comparison.metrics.size(),
              "{}: a caption of \"{}\" needs {} scores; got {}", kRenderComparison, photo.name,
              comparison.metrics.size(), caption.scores.size());
    }
  }
}

std::string row(const std::vector<std::string>& cells, std::string_view element) {
  std::string html = "<tr>";
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const std::string_view name = i == 0 ? "th" : element;
    html += fmt::format("<{}>{}</{}>", name, escape_html(cells[i]), name);
  }
  return html + "</tr>\n";
}

std::string table(const std::vector<std::vector<std::string>>& rows) {
  if (rows.empty()) return "";
  std::string html =
      "<div class=\"wide\"><table>\n<thead>\n" + row(rows.front(), "th") + "</thead>\n<tbody>\n";
  for (std::size_t i = 1; i < rows.size(); ++i) html += row(rows[i], "td");
  return html + "</tbody>\n</table></div>\n";
}

std::string notes(const std::vector<std::string>& texts) {
  std::string html;
  for (const std::string& text : texts)
    html += fmt::format("<p class=\"scale\">{}</p>\n", escape_html(text));
  return html;
}

std::string option(std::string_view value, std::string_view text, bool selected = false) {
  return fmt::format("<option value=\"{}\"{}>{}</option>\n", value,
                     selected ? " selected=\"selected\"" : "", escape_html(text));
}

std::string keys(const Comparison& comparison) {
  const auto& metrics = comparison.metrics;
  std::string html = option("-1,-1,-1", "place in the file");
  for (std::size_t system = 0; system < comparison.systems.size(); ++system) {
    for (std::size_t m = 0; m < metrics.size(); ++m)
      html += option(fmt::format("{},{},-1", system, m),
                     fmt::format("{} of {}", metrics[m], comparison.systems[system]),
                     system == 0 && m + 1 == metrics.size());
  }
  for (std::size_t system = 1; system < comparison.systems.size(); ++system) {
    for (std::size_t m = 0; m < metrics.size(); ++m)
      html += option(fmt::format("{},{},0", system, m),
                     fmt::format("{}: {} less {}", metrics[m], comparison.systems[system],
                                 comparison.systems.front()));
  }
  return html;
}

std::string controls(const Comparison& comparison) {
  return fmt::format(
      "<p class=\"controls\">\n<label>Sorted by <select id=\"by\">\n{}</select></label>\n"
      "<label>with the <select id=\"order\">\n{}{}</select></label> first,\n"
      "<label>only with the text <input id=\"holds\" type=\"search\"/></label>\n"
      "<output id=\"shown\">{} photos</output>\n</p>\n",
      keys(comparison), option("worst", "worst", true), option("best", "best"),
      comparison.photos.size());
}

std::string scores_of(const ComparedPhoto& photo) {
  std::string list;
  for (const ComparedCaption& caption : photo.captions) {
    if (&caption != &photo.captions.front()) list += ';';
    for (std::size_t m = 0; m < caption.scores.size(); ++m)
      list += fmt::format("{}{:.6g}", m == 0 ? "" : ",", caption.scores[m]);
  }
  return list;
}

std::string said(const Comparison& comparison, const ComparedPhoto& photo, std::size_t system) {
  const ComparedCaption& caption = photo.captions[system];
  std::string scores;
  for (std::size_t m = 0; m < comparison.metrics.size(); ++m)
    scores += fmt::format("{}{} {}", m == 0 ? "" : ", ", escape_html(comparison.metrics[m]),
                          readable(caption.scores[m], 3));
  return fmt::format(
      "<p class=\"role\">{}</p>\n<p class=\"said\">{}</p>\n<p class=\"scores\">{}</p>\n",
      escape_html(comparison.systems[system]),
      caption.text.empty() ? "<span class=\"nothing\">the empty caption</span>"
                           : escape_html(caption.text),
      scores);
}

std::string card(const Comparison& comparison, const ComparedPhoto& photo, bool with_photo) {
  std::string html =
      fmt::format("<article class=\"photo\" data-scores=\"{}\">\n", scores_of(photo));
  if (with_photo)
    html += photo_element(kRenderComparison, photo.name, photo.photo_data_uri, photo.references);
  html += fmt::format("<div>\n<h3>{}</h3>\n", escape_html(photo.name));
  for (std::size_t system = 0; system < photo.captions.size(); ++system)
    html += said(comparison, photo, system);
  return html + text_list("People", photo.references) + "</div>\n</article>\n";
}

}  // namespace

std::string render_comparison(const Comparison& comparison) {
  check(comparison);
  const bool with_photos =
      std::any_of(comparison.photos.begin(), comparison.photos.end(),
                  [](const ComparedPhoto& photo) { return !photo.photo_data_uri.empty(); });
  std::string body = table(comparison.table) + notes(comparison.notes) + controls(comparison) +
                     "<div class=\"photos\" id=\"photos\">\n";
  for (const ComparedPhoto& photo : comparison.photos) body += card(comparison, photo, with_photos);
  return page(comparison.title, body + "</div>\n", kSorting);
}

}  // namespace limn::train
