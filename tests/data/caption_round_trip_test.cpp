#include <algorithm>

#include "limn/core/error.h"
#include "limn/data/captions.h"
#include "support/caption_files.h"
#include "support/catch.h"
#include "support/temporary_folder.h"

using namespace limn;
using data::CaptionSet;
using test::CaptionWriter;
using test::Images;

namespace {

// What a layout can hold of `images`.
Images as_held(Images images, const CaptionWriter& writer) {
  for (data::CaptionedImage& image : images) {
    if (!writer.splits) image.split.clear();
    for (std::string& caption : image.captions)
      if (writer.lines) caption = test::one_line(caption);
  }
  return images;
}

Images images_for(Generator& generator, const CaptionWriter& writer) {
  Images images = test::random_images(generator, 1 + generator.below(20));
  if (!writer.plain_names) return images;
  for (data::CaptionedImage& image : images) {
    std::replace(image.file.begin(), image.file.end(), '|', '_');
    std::replace(image.file.begin(), image.file.end(), '"', '_');
  }
  return images;
}

void require_same(const CaptionSet& set, const Images& expected) {
  REQUIRE(set.warnings.empty());
  REQUIRE(set.images.size() == expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    REQUIRE(set.images[i].file == expected[i].file);
    REQUIRE(set.images[i].captions == expected[i].captions);
    REQUIRE(set.images[i].split == expected[i].split);
  }
}

}  // namespace

TEST_CASE("captions of every layout come back, also from the COCO JSON made of them") {
  const test::TemporaryFolder folder;
  Generator generator(3);
  for (const CaptionWriter& writer : test::caption_writers()) {
    INFO(writer.layout);
    for (int round = 0; round < 8; ++round) {
      const Images images = images_for(generator, writer);
      const Images expected = as_held(images, writer);
      const auto path = folder.write("captions", writer.text(images));
      INFO(test::read_file(path));
      const CaptionSet set = data::read_captions(path);
      REQUIRE(set.format == writer.format);
      require_same(set, expected);
      data::write_captions(folder / "coco.json", set);
      const CaptionSet again = data::read_captions(folder / "coco.json");
      REQUIRE(again.format == "COCO JSON");
      require_same(again, expected);
      std::filesystem::remove(folder / "coco.json");
    }
  }
}

TEST_CASE("a caption file of any layout that was cut or damaged is read or refused") {
  const test::TemporaryFolder folder;
  Generator generator(4);
  for (const CaptionWriter& writer : test::caption_writers()) {
    INFO(writer.layout);
    const Images images = test::random_images(generator, 3);
    const std::string whole = writer.text(images);
    std::int64_t captions = 0;
    for (const auto& image : images) captions += static_cast<std::int64_t>(image.captions.size());
    for (int round = 0; round < 200; ++round) {
      const auto size = static_cast<std::int64_t>(whole.size());
      std::string damaged = whole.substr(0, static_cast<std::size_t>(generator.below(size)));
      if (round % 2 == 0) damaged = whole;
      if (!damaged.empty()) {
        const auto place = generator.below(static_cast<std::int64_t>(damaged.size()));
        damaged[static_cast<std::size_t>(place)] = test::pick(
            generator, {"\t", "\n", "\"", ",", "{", "[", "]", "}", "1", ":", "\\", "#"})[0];
      }
      const auto path = folder.write("captions", damaged);
      try {
        const CaptionSet set = data::read_captions(path);
        REQUIRE(set.caption_count() <= captions + 1);
      } catch (const IoError& error) {
        REQUIRE(std::string(error.what()).size() > 20);
      }
    }
  }
}
