#include <algorithm>

#include "limn/core/error.h"
#include "limn/data/captions.h"
#include "support/catch.h"
#include "support/golden.h"
#include "support/temporary_folder.h"

using namespace limn;
using data::CaptionSet;
using Names = std::vector<std::string>;

namespace {

CaptionSet numbered_set(int images) {
  CaptionSet set;
  for (int i = 0; i < images; ++i)
    set.images.push_back({"photo" + std::to_string(i) + ".jpg", 0, {"a caption"}, ""});
  return set;
}

std::size_t images_in(const CaptionSet& set, const std::string& split) {
  return data::images_of(set, split).size();
}

std::map<std::string, std::string> splits_by_file(const CaptionSet& set) {
  std::map<std::string, std::string> result;
  for (const auto& image : set.images) result[image.file] = image.split;
  return result;
}

}  // namespace

TEST_CASE("names are read line by line") {
  const test::TemporaryFolder folder;
  REQUIRE(data::read_names(folder.write("names", "a.jpg\nb c.jpg\n")) == Names{"a.jpg", "b c.jpg"});
  REQUIRE(data::read_names(folder.write("names",
                                        "\xEF\xBB\xBF"
                                        "a.jpg \r\n\r\n\timages/b.jpg\r\nc")) ==
          Names{"a.jpg", "b.jpg", "c"});
  const auto blank = folder.write("names", " \n\n");
  REQUIRE_THROWS_TEXT(data::read_names(blank), IoError,
                      blank.string() + ": names no photo; all of it is blank");
  const auto latin = folder.write("names", "a.jpg\ncaf\xE9.jpg\n");
  REQUIRE_THROWS_TEXT(
      data::read_names(latin), IoError,
      latin.string() + ": line 2, byte 4 (0xE9) is no UTF-8 text; save it as UTF-8");
}

TEST_CASE("a split is assigned by name") {
  CaptionSet set = numbered_set(4);
  data::assign_split(set, "test", {"photo2.jpg", "photo0.jpg", "photo2.jpg"});
  REQUIRE(set.warnings.empty());
  const auto test = data::images_of(set, "test");
  REQUIRE(test.size() == 2);
  REQUIRE(test[0].file == "photo0.jpg");
  REQUIRE(test[1].file == "photo2.jpg");
  REQUIRE(test[1].captions == Names{"a caption"});
  REQUIRE(data::images_of(set, "").size() == 2);
  REQUIRE(data::images_of(set, "train").empty());
}

TEST_CASE("names without captions and photos that change split are warnings") {
  CaptionSet set = numbered_set(3);
  data::assign_split(set, "train", {"photo0.jpg", "photo1.jpg"});
  data::assign_split(set, "test", {"x.jpg", "photo1.jpg", "y.jpg", "photo2.jpg"});
  REQUIRE(set.warnings ==
          Names{"names without captions in split \"test\": 2, the first: \"x.jpg\"",
                "photos moved from split \"train\" to \"test\": 1, the first: \"photo1.jpg\""});
  REQUIRE(data::images_of(set, "train").size() == 1);
  REQUIRE_THROWS_TEXT(data::assign_split(set, "", {}), InvalidArgument,
                      "assign_split: the split needs a name");
}

TEST_CASE("random splits have the shares asked for, up to a limit") {
  CaptionSet set = numbered_set(3000);
  data::split_randomly(set, {.dev = 0.1, .test = 0.25, .seed = 5});
  REQUIRE(images_in(set, "dev") == 300);
  REQUIRE(images_in(set, "test") == 750);
  REQUIRE(images_in(set, "train") == 1950);
  CaptionSet large = numbered_set(3000);
  data::split_randomly(large, {.dev = 0.5, .most = 100});
  REQUIRE(images_in(large, "dev") == 100);
  REQUIRE(images_in(large, "train") == 2900);
}

TEST_CASE("a random split leaves a photo to each side while there are any") {
  for (int photos = 2; photos < 9; ++photos) {
    CaptionSet set = numbered_set(photos);
    data::split_randomly(set, {.dev = 0.01});
    REQUIRE(images_in(set, "dev") == 1);
    CaptionSet most = numbered_set(photos);
    data::split_randomly(most, {.dev = 0.99});
    REQUIRE(images_in(most, "train") == 1);
  }
  CaptionSet one = numbered_set(1);
  data::split_randomly(one, {});
  REQUIRE(images_in(one, "train") == 1);
  CaptionSet none;
  data::split_randomly(none, {});
}

TEST_CASE("the split of a photo depends on seed and names, not on the order") {
  CaptionSet set = numbered_set(500);
  CaptionSet turned = numbered_set(500);
  std::reverse(turned.images.begin(), turned.images.end());
  data::split_randomly(set, {.dev = 0.2, .test = 0.2, .seed = 5});
  data::split_randomly(turned, {.dev = 0.2, .test = 0.2, .seed = 5});
  REQUIRE(splits_by_file(set) == splits_by_file(turned));
  CaptionSet other = numbered_set(500);
  data::split_randomly(other, {.dev = 0.2, .test = 0.2, .seed = 6});
  REQUIRE(splits_by_file(other) != splits_by_file(set));
}

TEST_CASE("COCO's two names of a photo put it into one split") {
  CaptionSet old_names, new_names;
  for (int i = 0; i < 50; ++i) {
    const std::string digits = std::to_string(100000000001 + i).replace(0, 1, "0");
    old_names.images.push_back({"COCO_train2014_" + digits + ".jpg", 0, {"x"}, ""});
    new_names.images.push_back({digits + ".jpg", 0, {"x"}, ""});
  }
  data::split_randomly(old_names, {.dev = 0.3});
  data::split_randomly(new_names, {.dev = 0.3});
  for (std::size_t i = 0; i < 50; ++i)
    REQUIRE(old_names.images[i].split == new_names.images[i].split);
  data::assign_split(old_names, "test", {new_names.images[7].file});
  REQUIRE(old_names.images[7].split == "test");
}

TEST_CASE("a random split leaves photos that have one where they are") {
  CaptionSet set = numbered_set(50);
  data::assign_split(set, "restval", {"photo7.jpg"});
  data::split_randomly(set, {.dev = 0});
  REQUIRE(images_in(set, "train") == 49);
  REQUIRE(set.images[7].split == "restval");
}

TEST_CASE("shares and limits out of range are refused") {
  CaptionSet set;
  REQUIRE_THROWS_TEXT(data::split_randomly(set, {.dev = -0.1, .test = 0.5}), InvalidArgument,
                      "split_randomly: dev and test must be at least 0 and together below 1; got "
                      "-0.1 and 0.5");
  REQUIRE_THROWS_TEXT(data::split_randomly(set, {.dev = 0.5, .test = 0.5}), InvalidArgument,
                      "split_randomly: dev and test must be at least 0 and together below 1; got "
                      "0.5 and 0.5");
  REQUIRE_THROWS_TEXT(data::split_randomly(set, {.most = 0}), InvalidArgument,
                      "split_randomly: most must be at least 1; got 0");
}

TEST_CASE("splits have one name") {
  for (const char* name : {"val", " valid", "validation", "dev"})
    REQUIRE(data::split_name(name) == "dev");
  REQUIRE(data::split_name("training") == "train");
  REQUIRE(data::split_name("testing ") == "test");
  REQUIRE(data::split_name("restval") == "restval");
}

TEST_CASE("Flickr8k's split lists name photos that have captions", "[data]") {
  const auto folder = test::kShared / "flickr8k";
  if (!test::is_there(folder)) return;
  CaptionSet set = data::read_captions(folder / "Flickr8k.token.txt");
  const auto before = set.warnings.size();
  data::assign_split(set, "train", data::read_names(folder / "Flickr_8k.trainImages.txt"));
  data::assign_split(set, "dev", data::read_names(folder / "Flickr_8k.devImages.txt"));
  REQUIRE(set.warnings.size() == before);
  REQUIRE(data::images_of(set, "train").size() == 6000);
  REQUIRE(data::images_of(set, "dev").size() == 1000);
}
