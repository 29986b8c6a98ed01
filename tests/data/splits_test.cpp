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

CaptionSet numbered(int images) {
  CaptionSet set;
  for (int i = 0; i < images; ++i)
    set.images.push_back({"photo" + std::to_string(i) + ".jpg", 0, {"a caption"}, ""});
  return set;
}

double share(const CaptionSet& set, const std::string& split) {
  return static_cast<double>(data::images_of(set, split).size()) /
         static_cast<double>(set.images.size());
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
  CaptionSet set = numbered(4);
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
  CaptionSet set = numbered(3);
  data::assign_split(set, "train", {"photo0.jpg", "photo1.jpg"});
  data::assign_split(set, "test", {"x.jpg", "photo1.jpg", "y.jpg", "photo2.jpg"});
  REQUIRE(set.warnings ==
          Names{"names without captions in split \"test\": 2, the first: \"x.jpg\"",
                "photos moved from split \"train\" to \"test\": 1, the first: \"photo1.jpg\""});
  REQUIRE(data::images_of(set, "train").size() == 1);
  REQUIRE_THROWS_TEXT(data::assign_split(set, "", {}), InvalidArgument,
                      "assign_split: the split needs a name");
}

TEST_CASE("random splits have about the shares asked for") {
  CaptionSet set = numbered(20000);
  data::split_randomly(set, 0.1, 0.25, 5);
  REQUIRE(share(set, "dev") == Approx(0.1).margin(0.01));
  REQUIRE(share(set, "test") == Approx(0.25).margin(0.013));
  REQUIRE(share(set, "train") == Approx(0.65).margin(0.014));
}

TEST_CASE("the split of a photo depends on seed and name alone") {
  CaptionSet set = numbered(500);
  CaptionSet part = numbered(100);
  std::reverse(part.images.begin(), part.images.end());
  data::split_randomly(set, 0.2, 0.2, 5);
  data::split_randomly(part, 0.2, 0.2, 5);
  auto all = splits_by_file(set);
  for (const auto& [file, split] : splits_by_file(part)) REQUIRE(all[file] == split);
  CaptionSet other = numbered(500);
  data::split_randomly(other, 0.2, 0.2, 6);
  REQUIRE(splits_by_file(other) != all);
}

TEST_CASE("a random split leaves photos that have one where they are") {
  CaptionSet set = numbered(50);
  data::assign_split(set, "restval", {"photo7.jpg"});
  data::split_randomly(set, 0, 0, 1);
  REQUIRE(data::images_of(set, "train").size() == 49);
  REQUIRE(set.images[7].split == "restval");
}

TEST_CASE("shares out of range are refused") {
  CaptionSet set;
  REQUIRE_THROWS_TEXT(data::split_randomly(set, -0.1, 0.5, 1), InvalidArgument,
                      "split_randomly: dev and test must be at least 0 and together below 1; got "
                      "-0.1 and 0.5");
  REQUIRE_THROWS_TEXT(data::split_randomly(set, 0.5, 0.5, 1), InvalidArgument,
                      "split_randomly: dev and test must be at least 0 and together below 1; got "
                      "0.5 and 0.5");
}

TEST_CASE("Flickr8k's split lists name photos that have captions", "[data]") {
  const auto folder = test::kShared / "flickr8k";
  if (!std::filesystem::exists(folder)) {
    WARN("skipped: " << folder.string() << " is not there");
    return;
  }
  CaptionSet set = data::read_captions(folder / "Flickr8k.token.txt");
  const auto before = set.warnings.size();
  data::assign_split(set, "train", data::read_names(folder / "Flickr_8k.trainImages.txt"));
  data::assign_split(set, "dev", data::read_names(folder / "Flickr_8k.devImages.txt"));
  REQUIRE(set.warnings.size() == before);
  REQUIRE(data::images_of(set, "train").size() == 6000);
  REQUIRE(data::images_of(set, "dev").size() == 1000);
}
