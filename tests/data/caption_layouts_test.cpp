// Layouts as they are found in the wild, word for word.
#include "data/caption_text.h"
#include "limn/core/error.h"
#include "support/golden.h"

using namespace limn;
using data::CaptionSet;
using test::captions_error;
using test::read_captions;
using Captions = std::vector<std::string>;

namespace {

const char* const kKarpathy = R"({"images": [
  {"filepath": "val2014", "sentids": [770337], "filename": "COCO_val2014_000000391895.jpg",
   "imgid": 0, "split": "test", "cocoid": 391895,
   "sentences": [{"tokens": ["a", "man"], "raw": "A man.", "imgid": 0, "sentid": 770337}]},
  {"filepath": "val2014", "filename": "COCO_val2014_000000522418.jpg", "split": "restval",
   "cocoid": 522418, "sentences": [{"tokens": ["a", "woman"], "raw": "A woman."},
                                   {"tokens": [], "raw": " "}]},
  {"filename": "1.jpg", "split": "val", "sentences": [{"tokens": ["no", "raw"]}]}],
  "dataset": "coco"})";

}  // namespace

TEST_CASE("Karpathy's files have splits, ids and tokens") {
  const CaptionSet set = read_captions(kKarpathy);
  REQUIRE(set.format == "Karpathy JSON");
  REQUIRE(set.images.size() == 3);
  REQUIRE(set.images[0].id == 391895);
  REQUIRE(set.images[0].split == "test");
  REQUIRE(set.images[0].captions == Captions{"A man."});
  REQUIRE(set.images[1].split == "train");
  REQUIRE(set.images[2].split == "dev");
  REQUIRE_FALSE(set.images[2].id.has_value());
  REQUIRE(set.images[2].captions == Captions{"no raw"});
  REQUIRE(set.warnings == Captions{"skipped empty captions: 1, the first: images[1].sentences[1]"});
  const CaptionSet tokens = read_captions(kKarpathy, {.tokens = true, .restval = "unused"});
  REQUIRE(tokens.images[0].captions == Captions{"a man"});
  REQUIRE(tokens.images[1].split == "unused");
}

TEST_CASE("damage in Karpathy's files is named") {
  const auto error = [](const std::string& second) {
    return captions_error(R"({"images": [{"filename": "a", "cocoid": 1, "sentences": []}, )" +
                          second + "]}");
  };
  REQUIRE(error(R"({"filename": "a", "sentences": []})") ==
          "images[1].filename: \"a\" is images[0] already");
  REQUIRE(error(R"({"filename": "b", "cocoid": 1, "sentences": []})") ==
          "images[1].cocoid: 1 is that of images[0] already");
  REQUIRE(error(R"({"filename": "b"})") == "images[1].sentences must be a list");
  REQUIRE(error(R"({"filename": "b", "sentences": [{"raw": 1}]})") ==
          "images[1].sentences[0].raw must be text; it is 1");
  REQUIRE(error(R"({"filename": "b", "sentences": [{"tokens": ["x", 1]}]})") ==
          "images[1].sentences[0].tokens[1] must be text; it is 1");
  REQUIRE(error(R"({"filename": "b", "sentences": [[]]})") ==
          "images[1].sentences[0] must be an object; it is []");
}

TEST_CASE("Kaggle's Flickr8k, with commas that should be in quotes and some that are") {
  const CaptionSet set = read_captions(
      "image,caption\n"
      "1000268201_693b08cb0e.jpg,A child in a pink dress , climbing .\n"
      "1000268201_693b08cb0e.jpg,\"A girl, \"\"going\"\"\nin .\"\n");
  REQUIRE(set.format == "CSV");
  REQUIRE(set.images.size() == 1);
  REQUIRE(set.images[0].captions ==
          Captions{"A child in a pink dress , climbing .", "A girl, \"going\"\nin ."});
}

TEST_CASE("Kaggle's Flickr30k, with its row that lacks a bar") {
  const CaptionSet set = read_captions(
      "image_name| comment_number| comment\n"
      "1000092795.jpg| 0| Two \"young\" guys | look .\n"
      "2199200615.jpg| 4   A dog runs across the grass .\n"
      "2199200615.jpg| 3| A dog .\n");
  REQUIRE(set.images.size() == 2);
  REQUIRE(set.images[0].captions == Captions{"Two \"young\" guys | look ."});
  REQUIRE(set.images[1].captions == Captions{"A dog ."});
  REQUIRE(set.warnings == Captions{"skipped rows of fewer than 3 columns: 1, the first: line 3"});
}

TEST_CASE("flickr_annotations_30k.csv has lists of captions, and splits") {
  const CaptionSet set = read_captions(
      "raw,sentids,split,filename,img_id\r\n"
      "\"[\"\"Two young guys .\"\", \"\"A\\u00e9 \\\"\"b\\\"\"\"\"]\",\"[0, 1]\",val,"
      "1000092795.jpg,0\r\n");
  REQUIRE(set.images[0].file == "1000092795.jpg");
  REQUIRE(set.images[0].captions == Captions{"Two young guys .", "Aé \"b\""});
  REQUIRE(set.images[0].split == "dev");
  REQUIRE(captions_error("raw,filename\n[1],a.jpg\n") ==
          "line 2: the captions must be a JSON list of texts; it is \"[1],a.jpg\"");
}

TEST_CASE("tables without a header, with other separators and column names") {
  REQUIRE(read_captions("a.jpg,one, two\nb.jpg,three\n").images[0].captions ==
          Captions{"one, two"});
  REQUIRE(read_captions("file_name;text\na.png;x\n").images[0].file == "a.png");
  REQUIRE(read_captions("Filepath\tDescription\nimages/a.png\tx\n").images[0].file == "a.png");
  const CaptionSet numbered = read_captions("image_id,caption\n42,x\n");
  REQUIRE(numbered.images[0].file == "000000000042.jpg");
  REQUIRE(numbered.images[0].id == 42);
}

TEST_CASE("damaged rows are named") {
  REQUIRE(captions_error("image,caption\na.jpg,\"x\nb.jpg,y\n") ==
          "line 2: a quote is opened here and never closed; a quote within a quoted field is "
          "written twice");
  REQUIRE(captions_error("image,caption\na.jpg,\"x\ny\" z\n") ==
          "line 3: text follows a closing quote: \" z\n\"; a quote within a quoted field is "
          "written twice");
  REQUIRE(captions_error("caption,image\nx, y,a.jpg\n") ==
          "line 2: the row has 3 columns instead of 2; a field that holds ',' stands in quotes; it "
          "is \"x, y,a.jpg\"");
  REQUIRE(captions_error("image,caption\n ,x\n") ==
          "line 2: the photo's name is missing; it is \" ,x\"");
  REQUIRE(captions_error("image,caption,split\na.jpg,x,train\na.jpg,y,val\n") ==
          "line 3: \"a.jpg\" is in split \"dev\" here and in \"train\" before; a photo has one");
}

TEST_CASE("JSON lines with the names people use") {
  const CaptionSet set = read_captions(
      "{\"image\": \"val2014/a.jpg\", \"caption\": \"one\", \"image_id\": 5}\n\n"
      "{\"file_name\": \"b.jpg\", \"text\": [\"two\", \" \", \"three\"]}\r\n"
      "{\"image_id\": 42, \"sentence\": \"four\", \"split\": \"val\"}\n"
      "{\"filepath\": \"a.jpg.png\", \"raw\": \"five\"}");
  REQUIRE(set.format == "JSON lines");
  REQUIRE(set.images[0].file == "a.jpg");
  REQUIRE(set.images[0].id == 5);
  REQUIRE(set.images[1].captions == Captions{"two", "three"});
  REQUIRE(set.images[2].file == "000000000042.jpg");
  REQUIRE(set.images[2].split == "dev");
  REQUIRE(set.images[3].captions == Captions{"five"});
  REQUIRE(set.warnings == Captions{"skipped empty captions: 1, the first: line 3.text[1]"});
}

TEST_CASE("damaged JSON lines are named") {
  const auto error = [](const std::string& second) {
    return captions_error("{\"image\": \"a.jpg\", \"caption\": \"x\", \"image_id\": 5}\n" + second);
  };
  REQUIRE(error("{\"image\": \"b.jpg\"}") == "line 2: .caption is missing");
  REQUIRE(error("{\"caption\": \"b.jpg\"}") == "line 2: .image is missing; it names the photo");
  REQUIRE(error("{\"image\": \"b.jpg\", \"caption\": 5}") ==
          "line 2: .caption must be text; it is 5");
  REQUIRE(error("{\"image\": [], \"caption\": \"x\"}") == "line 2: .image must be text; it is []");
  REQUIRE(error("{\"image\": \"b.jpg\", \"caption\": \"x\", \"image_id\": 5}") ==
          "line 2: .image_id: 5 is the id of \"a.jpg\" already");
  REQUIRE(error("[1]") == "line 2 must be an object; it is [1]");
  REQUIRE(error("{\"image\": \"b.jpg\",") ==
          "line 2, byte 19: the JSON ends too early; the file was cut off, fetch or write it "
          "again");
  REQUIRE(error("{\"image\": b}") == "line 2, byte 11 is no valid JSON, at \"b}\"");
}

TEST_CASE("JSON lists as of BLIP and LAVIS") {
  const CaptionSet set = read_captions(
      R"([{"caption": "A woman .", "image": "val2014/COCO_val2014_000000522418.jpg", "image_id": "coco_522418"},
          {"caption": ["one", "two"], "image": "b.jpg"}])");
  REQUIRE(set.format == "JSON list");
  REQUIRE(set.images[0].id == 522418);
  REQUIRE(set.images[1].captions == Captions{"one", "two"});
}

TEST_CASE("li-xirong's keys end in #enc#k and a blank") {
  const CaptionSet set = read_captions("a b.jpg#enc#0 one #1 two\na b.jpg#zhc#11\t三\n");
  REQUIRE(set.images.size() == 1);
  REQUIRE(set.images[0].captions == Captions{"one #1 two", "三"});
}

TEST_CASE("photos without captions are kept on demand") {
  const char* const text =
      R"({"images": [{"id": 1, "file_name": "COCO_test2014_000000000001.jpg"}]})";
  REQUIRE(captions_error(text) ==
          "lists 1 images, but no captions; they are in COCO's files captions_….json");
  REQUIRE(read_captions(text, {.bare = true}).images.size() == 1);
}

TEST_CASE("Chinese Flickr8k as published", "[data]") {
  const auto path = test::kShared / "flickr8k_cn" / "flickr8kzhc.caption.txt";
  if (!test::is_there(path)) return;
  const CaptionSet set = data::read_captions(path);
  REQUIRE(set.caption_count() == 35455);
  REQUIRE(set.images[0].file == "667626_18933d713e.jpg");
  REQUIRE(set.images[0].captions[0] == "一个穿着泳装的女人躺在海水里。");
  REQUIRE(set.warnings.empty());
}
