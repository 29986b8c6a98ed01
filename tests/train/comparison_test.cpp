#include "limn/train/comparison.h"

#include "limn/core/error.h"
#include "support/catch.h"
#include "support/html.h"

using namespace limn;
using namespace limn::train;
using test::contains;

namespace {

Comparison two_systems() {
  return {.title = "A & B",
          .table = {{"", "a.json", "b.json"}, {"CIDEr-D", "0.5", "0.7"}},
          .notes = {"1 < 2"},
          .systems = {"a.json", "<b>"},
          .metrics = {"BLEU-4", "CIDEr-D"},
          .photos = {{.name = "17.jpg",
                      .photo_data_uri = "data:image/jpeg;base64,AAAA",
                      .references = {"a dog & a cat"},
                      .captions = {{"a dog", {0.25, 1.5}}, {"", {0, -0.5}}}},
                     {.name = "18.jpg",
                      .photo_data_uri = {},
                      .references = {},
                      .captions = {{"</script><b>", {0, 0}}, {"two cats", {1e-9, 2}}}}}};
}

}  // namespace

TEST_CASE("a comparison shows the table and every photo's captions") {
  const std::string html = render_comparison(two_systems());
  CHECK(test::first_broken_element(html) == "");
  for (const char* part :
       {"<title>A &amp; B</title>", "<th>CIDEr-D</th><td>0.5</td><td>0.7</td>", "1 &lt; 2",
        "data-scores=\"0.25,1.5;0,-0.5\"", "data-scores=\"0,0;1e-09,2\"",
        "<p class=\"said\">a dog</p>", "the empty caption", "a dog &amp; a cat",
        "src=\"data:image/jpeg;base64,AAAA\"", "no photo", "&lt;/script&gt;&lt;b&gt;",
        "<option value=\"0,1,-1\" selected=\"selected\">CIDEr-D of a.json</option>",
        "<option value=\"1,0,0\">BLEU-4: &lt;b&gt; less a.json</option>"}) {
    INFO(part);
    CHECK(contains(html, part));
  }
  CHECK(test::count(html, "<article") == 2);
  CHECK(test::count(html, "<script") == 1);
  CHECK(!contains(html, "http://"));
  CHECK(!contains(html, "https://"));
}

TEST_CASE("without any photo to show none is missed") {
  Comparison comparison = two_systems();
  comparison.photos.front().photo_data_uri.clear();
  CHECK(!contains(render_comparison(comparison), "no photo"));
}

TEST_CASE("a comparison needs every caption and every score") {
  Comparison comparison = two_systems();
  SECTION("captions") {
    comparison.photos[1].captions.pop_back();
    REQUIRE_THROWS_TEXT(
        render_comparison(comparison), InvalidArgument,
        "render_comparison: \"18.jpg\" needs a caption of each of 2 systems; got 1");
  }
  SECTION("scores") {
    comparison.photos[0].captions[1].scores.push_back(1);
    REQUIRE_THROWS_TEXT(render_comparison(comparison), InvalidArgument,
                        "render_comparison: a caption of \"17.jpg\" needs 2 scores; got 3");
  }
  SECTION("systems") {
    comparison.systems.clear();
    REQUIRE_THROWS_TEXT(render_comparison(comparison), InvalidArgument,
                        "render_comparison: needs a system and a metric; got 0 and 2");
  }
  SECTION("a picture that would be loaded from elsewhere") {
    comparison.photos[0].photo_data_uri = "https://example.org/17.jpg";
    REQUIRE_THROWS_TEXT(render_comparison(comparison), InvalidArgument,
                        "render_comparison: the photo of \"17.jpg\" needs a data:image/ URI; got "
                        "\"https://example.org/17.jpg\"");
  }
}
