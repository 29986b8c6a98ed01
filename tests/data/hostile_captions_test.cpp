#include <algorithm>

#include "data/caption_text.h"
#include "limn/core/error.h"
#include "support/caption_files.h"

using namespace limn;
using namespace std::string_view_literals;
using data::CaptionSet;
using test::captions_error;
using test::read_captions;
using test::results_error;
using Captions = std::vector<std::string>;

namespace {

bool is_refused(std::string_view text) {
  return results_error(text) != test::kNoError && captions_error(text) != test::kNoError;
}

std::string repeated(std::string_view text, int times) {
  std::string result;
  for (int i = 0; i < times; ++i) result += text;
  return result;
}

}  // namespace

TEST_CASE("bytes that are no text are counted and replaced on demand") {
  const CaptionSet set =
      read_captions("a.jpg\tcaf\xE9 \xE9\nb.jpg\tx\0y\nc.jpg\t\xF0\x9F\x98"sv, {.lossy = true});
  REQUIRE(set.images[0].captions == Captions{"caf\uFFFD \uFFFD"});
  REQUIRE(set.images[1].captions == Captions{"x\uFFFDy"});
  REQUIRE(set.images[2].captions == Captions{"\uFFFD\uFFFD\uFFFD"});
  REQUIRE(set.warnings ==
          Captions{"bytes that are no UTF-8, now U+FFFD: 6, the first: line 1, byte 10"});
  REQUIRE(read_captions("a.jpg\tcafé", {.lossy = true}).warnings.empty());
}

TEST_CASE("a file of nothing but bad bytes is replaced in one pass") {
  const std::string zeros(500'000, '\0');
  const std::string latin(500'000, '\xE9');
  REQUIRE(read_captions("a.jpg\t" + zeros, {.lossy = true}).images[0].captions[0].size() ==
          1'500'000);
  REQUIRE(read_captions("a.jpg\t" + latin, {.lossy = true}).images[0].captions[0].size() ==
          1'500'000);
}

TEST_CASE("a zero byte that JSON spells is a part of the caption") {
  const CaptionSet set = read_captions(R"({"image": "a.jpg", "caption": "x\u0000y"})");
  REQUIRE(set.images[0].captions[0] == "x\0y"sv);
  const test::TemporaryFolder folder;
  data::write_captions(folder / "coco.json", set);
  REQUIRE(data::read_captions(folder / "coco.json").images[0].captions[0] == "x\0y"sv);
}

TEST_CASE("a caption of 100,000 words is read in every layout") {
  const std::string caption = repeated("word ", 99'999) + "end";
  const test::Images images = {{"a.jpg", 0, {caption}, "train"}};
  for (const test::CaptionWriter& writer : test::caption_writers()) {
    INFO(writer.layout);
    REQUIRE(read_captions(writer.text(images)).images[0].captions == Captions{caption});
  }
}

TEST_CASE("JSON of 100,000 levels is refused with its place") {
  for (const char* open : {"[", "{\"a\":", "[{\"a\":"})
    REQUIRE(is_refused(repeated(open, 100'000)));
  const std::string deep = repeated("[", 100'000) + repeated("]", 100'000);
  REQUIRE(captions_error(R"({"images": [{"id": 1, "file_name": "a", "x": )" + deep + "}]}") ==
          "images[].x[][][][][][][][][][][][][][][][][][][][][][][][][]… is nested deeper than 64 "
          "levels");
  REQUIRE(captions_error(R"({"images": [{"id": 1, "file_name": "a"}, {"x": )" + deep + "}]}") ==
          "images[1] is nested deeper than 64 levels");
  REQUIRE(results_error(R"([{"image_id": 1, "caption": )" + deep + "}]") ==
          "[0] is nested deeper than 64 levels");
  REQUIRE(captions_error("{\"image\": \"a\", \"caption\": \"b\"}\n{\"image\": " + deep + "}") ==
          "line 2 is nested deeper than 64 levels");
}

TEST_CASE("numbers that no one can hold are refused with their place") {
  REQUIRE(results_error(R"([{"image_id": 1e999, "caption": "x"}])") ==
          "line 1, byte 19 ends a number that is too large, at \"9, \"caption\": \"x\"}]\"");
  const std::string digits(100'000, '9');
  REQUIRE(is_refused("[{\"image_id\": " + digits + ", \"caption\": \"x\"}]"));
  REQUIRE(results_error(R"([{"image_id": 9223372036854775808, "caption": "x"}])") ==
          "[0].image_id must be an integer; it is 9223372036854775808; it has more than 63 bits");
  REQUIRE(results_error(R"([{"image_id": 1.5, "caption": "x"}])") ==
          "[0].image_id must be an integer; it is 1.5; write it without a fraction");
  REQUIRE(results_error(R"([{"image_id": "7", "caption": "x"}])") ==
          "[0].image_id must be an integer; it is \"7\"; write the number without quotes");
}

TEST_CASE("negative ids are ids") {
  const CaptionSet set = read_captions(R"({"images": [{"id": -3, "file_name": "a.jpg"}],
                                  "annotations": [{"image_id": -3, "caption": "x"}]})");
  REQUIRE(set.images[0].id == -3);
}

TEST_CASE("a value of a wrong type in any place of any JSON layout is refused or skipped") {
  const test::Images images = {{"a.jpg", 0, {"one", "two"}, "train"}};
  for (const test::CaptionWriter& writer : test::caption_writers()) {
    const std::string whole = writer.text(images);
    if (whole.front() != '{' && whole.front() != '[') continue;
    INFO(writer.layout);
    for (const char* wrong : {"null", "true", "-1", "1.5", "\"\"", "[]", "{}", "[[1]]"}) {
      for (std::size_t at = whole.find(':'); at != std::string::npos;
           at = whole.find(':', at + 1)) {
        const std::size_t end = std::min(whole.find_first_of(",}]", at), whole.size());
        const std::string damaged = whole.substr(0, at + 1) + wrong + whole.substr(end);
        try {
          const test::TemporaryFolder folder;
          const CaptionSet set = data::read_captions(folder.write("captions", damaged));
          REQUIRE(set.caption_count() <= 2);
          if (set.caption_count() < 2) REQUIRE_FALSE(set.warnings.empty());
        } catch (const IoError& error) {
          REQUIRE(std::string(error.what()).size() > 20);
        }
      }
    }
  }
}

TEST_CASE("half of a JSON file is refused with the place where it ends") {
  const std::string whole = R"({"images": [{"id": 1, "file_name": "a.jpg"}],
"annotations": [{"image_id": 1, "caption": "x"}]})";
  REQUIRE(read_captions(whole).caption_count() == 1);
  REQUIRE(
      captions_error(whole.substr(0, 80)) ==
      "line 2, byte 35: the JSON ends too early; the file was cut off, fetch or write it again");
  REQUIRE(captions_error(whole + "}") == "line 2, byte 50 is no valid JSON, at \"}\"");
}

TEST_CASE("an empty hypothesis is a result") {
  const test::TemporaryFolder folder;
  const auto path = folder.write("r.json", R"([{"image_id": 1, "caption": ""}])");
  REQUIRE(data::read_results(path)[0].caption.empty());
  REQUIRE(data::holds_results(path));
  REQUIRE(data::holds_results(folder.write("r.json", R"([{"file": "a", "caption": "x"}])")));
  REQUIRE(data::holds_results(folder.write("r.json", " []")));
  REQUIRE_FALSE(data::holds_results(folder.write("r.json", R"([{"image": "a", "caption": ""}])")));
  REQUIRE_FALSE(data::holds_results(folder.write("r.json", R"({"image_id": 1})")));
  REQUIRE_FALSE(data::holds_results(folder.write("r.json", "a.jpg\tx")));
}

TEST_CASE("the id 0 is kept in COCO JSON") {
  const test::TemporaryFolder folder;
  CaptionSet set;
  set.images = {{"a.jpg", {}, {"a"}, ""}, {"b.jpg", 0, {"b"}, ""}};
  data::write_captions(folder / "coco.json", set);
  const CaptionSet again = data::read_captions(folder / "coco.json");
  REQUIRE(again.images[0].id == 1);
  REQUIRE(again.images[1].id == 0);
}

TEST_CASE("photos of one id, or none, get their own in COCO JSON") {
  const test::TemporaryFolder folder;
  CaptionSet set;
  set.images = {{"a.jpg", 2, {"a"}, ""},
                {"b.jpg", {}, {"b"}, ""},
                {"c.jpg", 2, {"c"}, ""},
                {"d.jpg", {}, {}, "test"}};
  data::write_captions(folder / "coco.json", set);
  const CaptionSet again = data::read_captions(folder / "coco.json", {.bare = true});
  REQUIRE(again.images.size() == 4);
  REQUIRE(again.images[0].id == 2);
  REQUIRE(again.images[1].id == 1);
  REQUIRE(again.images[2].id == 3);
  REQUIRE(again.images[3].split == "test");
}

TEST_CASE("objects and lists within the first entry do not hide what it is") {
  const CaptionSet set =
      read_captions(R"({"images": [{"meta": {"a": [{}]}, "tags": [[1]], "filename": "a.jpg",
      "sentences": [{"raw": "x"}]}]})");
  REQUIRE(set.format == "Karpathy JSON");
  REQUIRE(set.images[0].captions == Captions{"x"});
  REQUIRE(read_captions(R"([{"meta": {}, "list": [], "image": "a.jpg", "caption": "x"}])").format ==
          "JSON list");
}
