#include "limn/data/captions.h"

#include "data/caption_text.h"
#include "limn/core/error.h"
#include "support/golden.h"

using namespace limn;
using namespace std::string_view_literals;
using data::CaptionSet;
using test::captions_error;
using test::read_captions;
using Captions = std::vector<std::string>;

namespace {

/// None when the file is refused.
std::int64_t captions_in(std::string_view text) {
  try {
    return read_captions(text).caption_count();
  } catch (const IoError&) {
    return 0;
  }
}

const std::string kLayouts =
    "is no caption file that limn knows (Karpathy JSON; COCO JSON; JSON list; JSON lines; photo#k, "
    "tab, caption; CSV; photo, tab, caption; docs/formats.md shows each); ";

}  // namespace

TEST_CASE("captions of numbered keys") {
  const CaptionSet set = read_captions(
      "a.jpg#0\tA dog runs .\n"
      "a.jpg#1\ttwo\tcolumns\n"
      "b.jpg#0\tEin Mädchen\n"
      "a.jpg#2\tlate\n");
  REQUIRE(set.format == "photo#k, tab, caption");
  REQUIRE(set.images.size() == 2);
  REQUIRE(set.caption_count() == 4);
  REQUIRE(set.images[0].file == "a.jpg");
  REQUIRE_FALSE(set.images[0].id.has_value());
  REQUIRE(set.images[0].split.empty());
  REQUIRE(set.images[0].captions == Captions{"A dog runs .", "two\tcolumns", "late"});
  REQUIRE(set.images[1].captions == Captions{"Ein Mädchen"});
  REQUIRE(set.warnings.empty());
}

TEST_CASE("captions of plain keys, with and without image suffixes") {
  const CaptionSet set = read_captions("a#b.jpg\tone\n0042\ttwo\na#b.jpg\tthree");
  REQUIRE(set.format == "photo, tab, caption");
  REQUIRE(set.images.size() == 2);
  REQUIRE(set.images[0].file == "a#b.jpg");
  REQUIRE(set.images[0].captions == Captions{"one", "three"});
  REQUIRE(set.images[1].file == "0042");
}

TEST_CASE("line ends, byte order marks, blank lines and blanks around captions do not matter") {
  const CaptionSet plain = read_captions("a.jpg#0\tone two\na.jpg#1\tthree\n");
  const CaptionSet dressed =
      read_captions("\xEF\xBB\xBF\r\n \t\r\n a.jpg#0 \t  one two \t\r\n\r\na.jpg#1\tthree");
  REQUIRE(dressed.images.size() == 1);
  REQUIRE(dressed.images[0].file == plain.images[0].file);
  REQUIRE(dressed.images[0].captions == plain.images[0].captions);
  REQUIRE(dressed.warnings.empty());
}

TEST_CASE("photos go by the last part of their path") {
  const CaptionSet set = read_captions("images/a.jpg#0\tone\nimages\\sub\\b.JPG#0\ttwo\n");
  REQUIRE(set.images[0].file == "a.jpg");
  REQUIRE(set.images[1].file == "b.JPG");
  REQUIRE(captions_error("x/a.jpg\tone\ny/a.jpg\ttwo\n") ==
          "two photos are called \"a.jpg\": x/a.jpg and y/a.jpg; give them different names");
}

TEST_CASE("captions whose key names no photo are skipped with a warning") {
  const CaptionSet set = read_captions(
      "a.jpg#0\tone\n"
      "2258277193_586949ec62.jpg.1#0\tpeople waiting\n"
      "2258277193_586949ec62.jpg.1#1\tSome people\n"
      "other.JPEG.12#0\tmore\n"
      "v1.2#0\ta name without a suffix is a name\n");
  REQUIRE(set.images.size() == 2);
  REQUIRE(set.images[1].file == "v1.2");
  REQUIRE(set.warnings == Captions{"skipped captions whose key names no photo: 3, the first: "
                                   "\"2258277193_586949ec62.jpg.1#0\" in line 2"});
}

TEST_CASE("empty captions and photos left without any are skipped with a warning") {
  const CaptionSet set = read_captions("a.jpg#0\tone\na.jpg#1\t \r\nb.jpg#0\t\n");
  REQUIRE(set.images.size() == 1);
  REQUIRE(set.images[0].captions == Captions{"one"});
  REQUIRE(set.warnings == Captions{"skipped empty captions: 2, the first: line 2",
                                   "skipped photos without captions: 1, the first: \"b.jpg\""});
  REQUIRE(captions_error("b.jpg#0\t\n") ==
          "holds no captions; skipped empty captions: 1, the first: line 1; skipped "
          "photos without captions: 1, the first: \"b.jpg\"");
}

TEST_CASE("damaged lines are named") {
  REQUIRE(
      captions_error("a.jpg#0\tone\n\na.jpg#1two\n") ==
      "line 3: a tab must stand between the photo's name and its caption; it is \"a.jpg#1two\"");
  REQUIRE(captions_error("a.jpg#0\tone\n#1\ttwo\n") ==
          "line 2: the photo's name is missing; it is \"#1\ttwo\"");
  REQUIRE(captions_error("a.jpg\tone\n\ttwo\n") ==
          "line 2: the photo's name is missing; it is \"\ttwo\"");
  REQUIRE(captions_error("a.jpg#0\tone\nb.jpg\ttwo\n") ==
          "line 2: the photo's name must end in # and a number, as in the lines before; it is "
          "\"b.jpg\ttwo\"");
  REQUIRE(captions_error("a.jpg\tone\nb.jpg#1\ttwo\n") ==
          "line 2: the photo's name ends in # and a number, unlike the lines before; it is "
          "\"b.jpg#1\ttwo\"");
}

TEST_CASE("text that is no UTF-8 is named by line and byte") {
  REQUIRE(captions_error("a.jpg#0\tone\na.jpg#1\tcaf\xE9\n") ==
          "line 2, byte 12 (0xE9) is no UTF-8 text; save it as UTF-8");
  REQUIRE(captions_error("\xFF\xFE.\0"sv) ==
          "line 1, byte 1 (0xFF) is no UTF-8 text; save it as UTF-8");
  REQUIRE(captions_error("a\0.\0j\0"sv) ==
          "line 1, byte 2 (0x00) is no UTF-8 text; save it as UTF-8");
  REQUIRE(captions_error("{\"images\": [\n\"\xC3\"") ==
          "line 2, byte 2 (0xC3) is no UTF-8 text; save it as UTF-8");
}

TEST_CASE("files of other layouts are refused with what was seen") {
  REQUIRE(captions_error("image caption\na.jpg one\n") == kLayouts + "line 1 is \"image caption\"");
  const std::string row(59, 'x');
  REQUIRE(captions_error("\n" + row + "ä and more") == kLayouts + "line 2 is \"" + row + "…\"");
  REQUIRE(captions_error(R"([{"image_id": 1, "caption": "one"}])") ==
          kLayouts + "it is a JSON list of image_id and caption (of results?)");
  REQUIRE(captions_error(R"({"words": {"a": 1}, "ids": []})") ==
          kLayouts + "it is a JSON object with ids, ids[], words, words.a");
  REQUIRE(captions_error("[]") == kLayouts + "it is a JSON list with nothing in it");
  REQUIRE(captions_error("") == "the file is empty");
  REQUIRE(captions_error(" \r\n\n") == "holds no captions; all of it is blank");
  REQUIRE(captions_error("\xEF\xBB\xBF") == "holds no captions; all of it is blank");
}

TEST_CASE("caption files that cannot be opened are named") {
  REQUIRE_THROWS_TEXT(data::read_captions("/nowhere/captions.txt"), IoError,
                      "/nowhere/captions.txt: cannot be opened (No such file or directory)");
  const test::TemporaryFolder folder;
  REQUIRE_THROWS_TEXT(data::read_captions(folder.path()), IoError,
                      folder.path().string() + ": is a folder; a file was expected");
}

TEST_CASE("a damaged caption file is read or refused with an IoError") {
  const std::string text = "a.jpg#0\tone\na.jpg#1\tÄ two\nb.jpg#0\tthree\n";
  for (std::size_t place = 0; place < text.size(); ++place) {
    for (const char c : {'\0', '\t', '\n', '#', '\xC3', '{'}) {
      std::string damaged = text;
      damaged[place] = c;
      REQUIRE(captions_in(damaged) <= 4);
    }
    REQUIRE(captions_in(text.substr(0, place)) <= 3);
  }
}

TEST_CASE("Flickr8k as published", "[data]") {
  const auto path = test::kShared / "flickr8k" / "Flickr8k.token.txt";
  if (!test::is_there(path)) return;
  const CaptionSet set = data::read_captions(path);
  REQUIRE(set.images.size() == 7091);
  REQUIRE(set.caption_count() == 35455);
  for (const auto& image : set.images) REQUIRE(image.captions.size() == 5);
  REQUIRE(set.images[0].captions[1] == "A girl going into a wooden building .");
  REQUIRE(set.warnings == Captions{"skipped captions whose key names no photo: 5, the first: "
                                   "\"2258277193_586949ec62.jpg.1#0\" in line 5846"});
}
