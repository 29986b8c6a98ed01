#include "data/caption_text.h"
#include "limn/core/error.h"
#include "support/golden.h"

using namespace limn;
using data::CaptionSet;
using test::captions_error;
using test::read_captions;
using Captions = std::vector<std::string>;

namespace {

std::string coco_file(const std::string& images, const std::string& annotations) {
  return R"({"info": {}, "images": [)" + images + R"(], "annotations": [)" + annotations + "]}";
}

std::string coco_error(const std::string& images, const std::string& annotations) {
  return captions_error(coco_file(images, annotations));
}

const std::string kImage = R"({"id": 7, "file_name": "seven.jpg"})";

}  // namespace

TEST_CASE("COCO captions go to their images by id") {
  const CaptionSet set = read_captions(coco_file(
      R"({"id": 9, "file_name": "train2017/nine.jpg", "height": 1}, {"file_name": "7.jpg", "id": 7})",
      R"({"id": 1, "image_id": 7, "caption": " A\nB \n"},
         {"id": 3, "image_id": 9, "caption": "\"\ud83d\ude00\""},
         {"image_id": 7, "caption": "C"})"));
  REQUIRE(set.format == "COCO JSON");
  REQUIRE(set.images.size() == 2);
  REQUIRE(set.images[0].file == "nine.jpg");
  REQUIRE(set.images[0].id == 9);
  REQUIRE(set.images[0].captions == Captions{"\"😀\""});
  REQUIRE(set.images[1].id == 7);
  REQUIRE(set.images[1].captions == Captions{"A\nB", "C"});
  REQUIRE(set.warnings.empty());
}

TEST_CASE("COCO JSON may begin with a byte order mark and blanks") {
  const CaptionSet set = read_captions(
      "\xEF\xBB\xBF \r\n{\"annotations\": [{\"image_id\": 7, \"caption\": "
      "\"x\"}],\r\n\"images\": [" +
      kImage + "]}");
  REQUIRE(set.caption_count() == 1);
}

TEST_CASE("what COCO JSON holds in vain is a warning") {
  const CaptionSet set =
      read_captions(coco_file(kImage + R"(, {"id": 8, "file_name": "eight.jpg"})",
                              R"({"image_id": 5, "caption": "nobody's"},
                                 {"image_id": 7, "caption": "x"},
                                 {"image_id": 7, "caption": "\t"},
                                 {"image_id": 5, "caption": "nobody's"})"));
  REQUIRE(set.images.size() == 1);
  REQUIRE(set.warnings ==
          Captions{"skipped captions of images that are not listed: 2, the first: image_id 5 in "
                   "annotations[0]",
                   "skipped empty captions: 1, the first: annotations[2]",
                   "skipped photos without captions: 1, the first: \"eight.jpg\""});
}

TEST_CASE("damaged COCO images are named") {
  REQUIRE(coco_error("5", "") == "images[0] must be an object; it is 5");
  REQUIRE(coco_error(kImage + R"(, {"id": "8", "file_name": "8"})", "") ==
          "images[1].id must be an integer; it is \"8\"; write the number without quotes");
  REQUIRE(coco_error(R"({"id": 18446744073709551615, "file_name": "8"})", "") ==
          "images[0].id must be an integer; it is 18446744073709551615; it has more than 63 "
          "bits");
  REQUIRE(coco_error(R"({"file_name": "8"})", "") == "images[0].id is missing");
  REQUIRE(coco_error(R"({"id": 8})", "") == "images[0].file_name is missing");
  REQUIRE(coco_error(R"({"id": 8, "file_name": ["x"]})", "") ==
          "images[0].file_name must be text; it is [\"x\"]");
  REQUIRE(coco_error(R"({"id": 8, "file_name": "folder/"})", "") ==
          "images[0].file_name is no file's name: \"folder/\"");
  REQUIRE(coco_error(kImage + R"(, {"id": 8, "file_name": "8"}, {"id": 7, "file_name": "7"})",
                     "") == "images[2].id: 7 is the id of images[0] already");
  REQUIRE(coco_error(kImage + R"(, {"id": 8, "file_name": "seven.jpg"})", "") ==
          "images[1].file_name: \"seven.jpg\" is images[0] already");
  REQUIRE(coco_error(kImage + R"(, {"id": 8, "file_name": "x/seven.jpg"})", "") ==
          "two photos are called \"seven.jpg\": seven.jpg and x/seven.jpg; give them different "
          "names");
}

TEST_CASE("damaged COCO annotations are named") {
  REQUIRE(coco_error(kImage, "null") == "annotations[0] must be an object; it is null");
  REQUIRE(coco_error(kImage, R"({"image_id": 7, "category_id": 1})") ==
          "annotations[0].caption is missing; captions are in COCO's files captions_….json");
  REQUIRE(coco_error(kImage, R"({"caption": "x"})") == "annotations[0].image_id is missing");
  REQUIRE(coco_error(kImage, R"({"image_id": 7.5, "caption": "x"})") ==
          "annotations[0].image_id must be an integer; it is 7.5; write it without a fraction");
  REQUIRE(coco_error(kImage, R"({"image_id": 7, "caption": 5})") ==
          "annotations[0].caption must be text; it is 5");
  REQUIRE(coco_error(kImage, R"({"id": 1, "image_id": 7, "caption": "x"},
                              {"id": 1, "image_id": 7, "caption": "y"})") ==
          "annotations[1].id: 1 is the id of annotations[0] already");
  REQUIRE(coco_error("", "") == "holds no captions");
}

TEST_CASE("hostile JSON ends in an IoError") {
  const std::string whole =
      R"({"images": [{"id": 7, "file_name": "é.jpg"}], "annotations": [{"image_id": 7, "caption": "x"}]})";
  REQUIRE(read_captions(whole).caption_count() == 1);
  for (std::size_t size = 0; size < whole.size(); ++size)
    REQUIRE_THROWS_AS(read_captions(whole.substr(0, size)), IoError);
  REQUIRE_THROWS_PART(read_captions(std::string(100000, '[')), IoError,
                      "[][][]… is nested deeper than 64 levels");
  REQUIRE_THROWS_PART(read_captions(R"({"images": {}, "annotations": []})"), IoError,
                      "has captions, but no list \"images\" that says whose they are");
  REQUIRE_THROWS_PART(read_captions(R"({"images": [], "annotations": {}})"), IoError,
                      "lists 0 images, but no captions; they are in COCO's files captions_….json");
}

TEST_CASE("COCO val2017 as published", "[data]") {
  const auto path = test::kShared / "coco" / "captions_val2017.json";
  if (!test::is_there(path)) return;
  const CaptionSet set = data::read_captions(path);
  REQUIRE(set.images.size() == 5000);
  REQUIRE(set.caption_count() == 25014);
  REQUIRE(set.warnings.empty());
  REQUIRE(set.images[0].file == "000000397133.jpg");
  REQUIRE(set.images[0].id == 397133);
}
