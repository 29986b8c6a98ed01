#include <algorithm>

#include "data/caption_text.h"
#include "limn/core/error.h"
#include "limn/core/generator.h"
#include "support/golden.h"
#include "support/temporary_folder.h"

using namespace limn;
using data::Result;
using test::results_error;

namespace {

void require_same(const std::vector<Result>& mine, const std::vector<Result>& expected) {
  REQUIRE(mine.size() == expected.size());
  for (std::size_t i = 0; i < mine.size(); ++i) {
    REQUIRE(mine[i].image_id == expected[i].image_id);
    REQUIRE(mine[i].file == expected[i].file);
    REQUIRE(mine[i].caption == expected[i].caption);
  }
}

std::string random_text(Generator& generator) {
  const std::vector<std::string> pieces = {"a",      " ",        "\"",        "\\",
                                           "\n",     "\t",       "\r",        "\x01",
                                           "é",      "一个女孩", "😀",         "שלום",
                                           "مرحبا",  "\u2028",   "</script>", "\\u0041",
                                           "\u200F", "\x7F",     "\uFEFF",    "👩‍👩‍👧",
                                           "{}[],:"};
  std::string text;
  for (auto i = generator.below(12); i > 0; --i)
    text +=
        pieces[static_cast<std::size_t>(generator.below(static_cast<std::int64_t>(pieces.size())))];
  return text;
}

}  // namespace

TEST_CASE("results are read by image id and by file") {
  const test::TemporaryFolder folder;
  const auto path = folder.write("r.json", R"([{"caption": "a dog", "image_id": 42, "score": 1},
      {"file": "images/b.jpg", "caption": ""}, {"image_id": 0, "caption": "zero"},
      {"image_id": -3, "file": "c.jpg", "caption": "both"}])");
  require_same(data::read_results(path),
               {{42, "", "a dog"}, {{}, "b.jpg", ""}, {0, "", "zero"}, {-3, "c.jpg", "both"}});
  REQUIRE(data::read_results(folder.write("r.json", "\xEF\xBB\xBF []")).empty());
}

TEST_CASE("results are written one a line") {
  const test::TemporaryFolder folder;
  data::write_results(folder / "r.json",
                      {{42, "", "a \"dog\""}, {{}, "b.jpg", "é\n"}, {0, "", "c"}});
  REQUIRE(test::read_file(folder / "r.json") ==
          "[\n{\"image_id\": 42, \"caption\": \"a \\\"dog\\\"\"},\n"
          "{\"file\": \"b.jpg\", \"caption\": \"é\\n\"},\n"
          "{\"image_id\": 0, \"caption\": \"c\"}\n]\n");
  data::write_results(folder / "r.json", {});
  REQUIRE(data::read_results(folder / "r.json").empty());
  REQUIRE(folder.size() == 1);
}

TEST_CASE("whatever a caption holds comes back from its result file") {
  const test::TemporaryFolder folder;
  Generator generator(7);
  for (int round = 0; round < 20; ++round) {
    std::vector<Result> results(static_cast<std::size_t>(generator.below(30)));
    for (std::size_t i = 0; i < results.size(); ++i) {
      const auto number = static_cast<std::int64_t>(i) + 1;
      if (generator.bits() % 2 == 0) results[i].file = random_text(generator) + std::to_string(i);
      if (results[i].file.empty() || generator.bits() % 2 == 0)
        results[i].image_id = number * (generator.bits() % 2 == 0 ? 1 : -9'000'000'000'000);
      std::replace(results[i].file.begin(), results[i].file.end(), '\\', '_');
      std::replace(results[i].file.begin(), results[i].file.end(), '/', '_');
      results[i].caption = random_text(generator);
    }
    data::write_results(folder / "r.json", results);
    require_same(data::read_results(folder / "r.json"), results);
  }
}

TEST_CASE("bytes that are no text become replacement characters") {
  const test::TemporaryFolder folder;
  data::write_results(folder / "r.json", {{1, "", "caf\xE9 \xF0\x9F\x98"}});
  REQUIRE(data::read_results(folder / "r.json")[0].caption == "caf\uFFFD \uFFFD");
}

TEST_CASE("damaged results are named by their place") {
  REQUIRE(results_error(R"({"images": []})") ==
          "is no result file: it must be a JSON list of image_id and caption; it is an object (a "
          "caption file?)");
  REQUIRE(results_error("5") ==
          "is no result file: it must be a JSON list of image_id and caption; it is 5");
  REQUIRE(results_error("[3]") == "[0] must be an object; it is 3");
  REQUIRE(results_error(R"([{"image_id": 1, "caption": "x"}, {"caption": "y"}])") ==
          "[1].image_id is missing, and \"file\" as well");
  REQUIRE(results_error(R"([{"image_id": "COCO_1", "caption": "x"}])") ==
          "[0].image_id must be an integer; it is \"COCO_1\"");
  REQUIRE(results_error(R"([{"image_id": 1}])") == "[0].caption is missing");
  REQUIRE(results_error(R"([{"image_id": 1, "caption": ["x"]}])") ==
          "[0].caption must be text; it is [\"x\"]");
  REQUIRE(results_error(R"([{"file": "folder/", "caption": "x"}])") ==
          "[0].file must name a photo; it is \"folder/\"");
  REQUIRE(results_error("a.jpg\ta caption") ==
          "line 1, byte 1 is no valid JSON, at \"a.jpg\ta caption\"");
}

TEST_CASE("a photo has one caption in a result file") {
  REQUIRE(results_error(R"([{"image_id": 4, "caption": "x"}, {"image_id": 5, "caption": "x"},
                       {"image_id": 4, "caption": "y"}])") ==
          "[2] is a second caption of image_id 4; the first is [0]; a photo has one in a result "
          "file");
  REQUIRE(results_error(R"([{"file": "a", "caption": "x"}, {"file": "a", "caption": "y"}])") ==
          "[1] is a second caption of file \"a\"; the first is [0]; a photo has one in a result "
          "file");
  const test::TemporaryFolder folder;
  REQUIRE_THROWS_TEXT(data::write_results(folder / "r.json", {{4, "", "x"}, {4, "", "y"}}),
                      InvalidArgument,
                      "write_results: one caption for each photo; results 0 and 1 are both of "
                      "image_id 4");
  REQUIRE_THROWS_TEXT(
      data::write_results(folder / "r.json", {{4, "", "x"}, {{}, "", "y"}}), InvalidArgument,
      "write_results: every result needs an image_id or a file; result 1 has neither");
  REQUIRE(folder.size() == 0);
}

TEST_CASE("a result file cut short is refused") {
  const std::string whole = R"([{"image_id": 1, "caption": "x é"}, {"file": "b", "caption": ""}])";
  REQUIRE(results_error(whole) == "(nothing was thrown)");
  for (std::size_t size = 0; size < whole.size(); ++size)
    REQUIRE(results_error(whole.substr(0, size)) != "(nothing was thrown)");
}

TEST_CASE("results that cannot be written leave the old ones") {
  REQUIRE_THROWS_TEXT(data::write_results("/nowhere/r.json", {}), IoError,
                      "/nowhere/r.json: cannot write here (No such file or directory); nothing was "
                      "changed; make the folder first");
}

TEST_CASE("published result files are read", "[data]") {
  const auto folder = test::kShared / "evaluation";
  if (!test::is_there(folder)) return;
  for (const std::string name : {"human_results.json", "im2text_results.json"}) {
    const auto results = data::read_results(folder / name);
    REQUIRE(results.size() == 1000);
    REQUIRE(results[0].image_id == 226128);
  }
  REQUIRE_THROWS_PART(data::read_results(folder / "references.json"), IoError, "is no result file");
  const auto references = data::read_captions(folder / "references.json");
  REQUIRE(references.images.size() == 1000);
  REQUIRE(references.caption_count() == 4000);
}
