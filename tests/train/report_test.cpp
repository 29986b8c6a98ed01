#include "limn/train/report.h"

#include <cmath>
#include <limits>

#include "limn/core/error.h"
#include "support/catch.h"
#include "support/html.h"
#include "train/chart.h"
#include "train/html.h"

using namespace limn;
using namespace limn::train;
using test::contains;
using test::count;
using test::first_broken_element;

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

ReportCurve curve(std::vector<double> x, std::vector<double> y) {
  return {.name = "train", .x = std::move(x), .y = std::move(y)};
}

std::string chart_of(std::vector<double> x, std::vector<double> y) {
  return render_chart({"Loss", "epoch", "nats", {curve(std::move(x), std::move(y))}}, 1);
}

ReportCaption dog() {
  return {.name = "17.jpg",
          .photo_data_uri = "data:image/png;base64,AAAA",
          .references = {"a dog on grass", "the dog"},
          .words = {{"a", -0.1}, {"dog", -1.5}},
          .log_probability = -1.6,
          .cider = 0.75};
}

}  // namespace

TEST_CASE("a report shows its summary, charts, photos and captions") {
  const std::string page =
      render_report({.title = "Run 3",
                     .summary = {{"BLEU-4", "0.2"}},
                     .charts = {{"Loss", "epoch", "nats", {curve({1, 2}, {3, 2})}}},
                     .captions = {dog()}});
  REQUIRE(first_broken_element(page) == "");
  REQUIRE(page.starts_with("<!DOCTYPE html>"));
  REQUIRE(contains(page, "<title>Run 3</title>"));
  REQUIRE(contains(page, "<dt>BLEU-4</dt><dd>0.2</dd>"));
  REQUIRE(contains(page, "<img src=\"data:image/png;base64,AAAA\" alt=\"a dog on grass\""));
  REQUIRE(contains(page, "<li>the dog</li>"));
  REQUIRE(contains(page, "title=\"P = 0.2231, log P = −1.5000\">dog <small>−1.50</small>"));
  REQUIRE(contains(page, "log P(S | I) = −1.60, CIDEr-D 0.750"));
}

TEST_CASE("an unlikely word is shaded more than a likely one") {
  ReportCaption caption = dog();
  caption.words = {{"sure", 0}, {"half", -3}, {"hardly", -6}, {"never", -kInfinity}};
  const std::string page = render_report({"", {}, {}, {caption}});
  for (const char* shade_and_word :
       {"--shade:0.000\" title=\"P = 1.0000, log P = 0.0000\">sure", "--shade:0.300\"",
        "--shade:0.600\"", "--shade:0.600\" title=\"P = 0.0000, log P = −∞\">never"}) {
    REQUIRE(contains(page, shade_and_word));
  }
}

TEST_CASE("a report without anything is a page all the same") {
  const std::string page = render_report({});
  REQUIRE(first_broken_element(page) == "");
  REQUIRE(!contains(page, "<h2>"));
  ReportCaption nothing;
  const std::string card =
      render_report({.title = "", .summary = {}, .charts = {{}}, .captions = {nothing}});
  REQUIRE(first_broken_element(card) == "");
  REQUIRE(contains(card, "no photo"));
  REQUIRE(contains(card, "the empty caption"));
  REQUIRE(contains(card, "No finite values to draw."));
}

TEST_CASE("hostile text stays text") {
  const std::string hostile = "\"'><script>alert(1)</script>&\x01";
  ReportCaption caption = dog();
  caption.name = hostile;
  caption.references = {hostile};
  caption.words = {{hostile, -1}};
  caption.photo_data_uri = "data:image/png,\" onerror=\"alert(1)";
  const ReportChart chart = {hostile, hostile, hostile, {{hostile, {1}, {1}}}};
  const std::string page = render_report({hostile, {{hostile, hostile}}, {chart}, {caption}});
  REQUIRE(first_broken_element(page) == "");
  REQUIRE(!contains(page, "<script"));
  REQUIRE(!contains(page, "\" onerror=\""));
  REQUIRE(!contains(page, "\x01"));
  REQUIRE(count(page, "&quot;&#39;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;\uFFFD") == 14);
}

TEST_CASE("a report loads nothing from elsewhere") {
  ReportCaption caption = dog();
  caption.photo_data_uri = "https://example.org/dog.png";
  REQUIRE_THROWS_TEXT(render_report({"", {}, {}, {caption}}), InvalidArgument,
                      "render_report: the photo of \"17.jpg\" needs a data:image/ URI; got "
                      "\"https://example.org/dog.png\"");
  const std::string page = render_report({"", {}, {}, {dog()}});
  REQUIRE(!contains(page, "http:"));
  REQUIRE(!contains(page, "https:"));
  REQUIRE(!contains(page, "<script"));
}

TEST_CASE("a chart joins its points and breaks where a value is not finite") {
  REQUIRE(count(chart_of({1, 2, 3, 4}, {4, 3, 2, 1}), "<circle") == 4);
  const std::string broken = chart_of({1, 2, 3, 4, 5}, {4, 3, kNaN, 2, kInfinity});
  REQUIRE(count(broken, "<circle") == 3);
  REQUIRE(!contains(broken, "nan"));
  REQUIRE(!contains(broken, "inf"));
  const auto path = broken.substr(broken.find("<g class=\"s0\"><path"));
  REQUIRE(count(path.substr(0, path.find("/>")), "M") == 2);
  REQUIRE(contains(broken, "train: 3 points from 2 to 4, the last 2 at 4. "));
}

TEST_CASE("a chart can be drawn of one point, of equal values and of none") {
  for (const double y : {0.0, 2.5, -3e99, 1e-300}) {
    const std::string single = chart_of({1}, {y});
    REQUIRE(count(single, "<circle") == 1);
    REQUIRE(first_broken_element(single) == "");
    REQUIRE(!contains(single, "nan"));
  }
  REQUIRE(count(chart_of({1, 2}, {5, 5}), "<circle") == 2);
  REQUIRE(contains(chart_of({1, 2}, {kNaN, 1e300}), "No finite values to draw."));
}

TEST_CASE("a chart refuses a curve with points that lack a coordinate") {
  REQUIRE_THROWS_TEXT(chart_of({1, 2}, {5}), InvalidArgument,
                      "render_report: curve \"train\" needs as many x as y; got 2 and 1");
}

TEST_CASE("ticks are round and enclose the values") {
  REQUIRE(ticks(1, 10, 1) == std::vector<double>{0, 2, 4, 6, 8, 10});
  REQUIRE(ticks(1, 3, 1) == std::vector<double>{1, 2, 3});
  REQUIRE(ticks(-20, 30, 0) == std::vector<double>{-20, -10, 0, 10, 20, 30});
  REQUIRE(ticks(0, 0, 0).front() < 0);
  REQUIRE(ticks(7, 7, 0).back() > 7);
  for (const double value : ticks(0.11, 0.47, 0))
    REQUIRE(value * 10 == Approx(std::round(value * 10)));
}

TEST_CASE("numbers for readers") {
  REQUIRE(readable(-1.256, 2) == "−1.26");
  REQUIRE(readable(-0.001, 2) == "0.00");
  REQUIRE(readable(kNaN, 2) == "not a number");
  REQUIRE(readable(kInfinity, 2) == "∞");
}

TEST_CASE("data URIs hold bytes in base64") {
  const auto uri = [](std::vector<std::uint8_t> bytes) { return data_uri("image/png", bytes); };
  REQUIRE(uri({}) == "data:image/png;base64,");
  REQUIRE(uri({'f'}) == "data:image/png;base64,Zg==");
  REQUIRE(uri({'f', 'o'}) == "data:image/png;base64,Zm8=");
  REQUIRE(uri({'f', 'o', 'o', 0xff}) == "data:image/png;base64,Zm9v/w==");
}
