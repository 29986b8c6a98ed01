#include "train/epoch_captions.h"

#include <set>

#include "support/catch.h"

using namespace limn;
using train::captions_of_epoch;

namespace {

const std::vector<std::vector<std::vector<std::int32_t>>> kOfPhotos = {
    {{3}, {4}, {5}, {6}, {7}}, {{8}}, {{9, 9}, {10}}};
const std::vector<std::int64_t> kItems = {2, 0};

std::vector<std::vector<std::int32_t>> words(const std::vector<data::EncodedCaption>& captions,
                                             std::int64_t image) {
  std::vector<std::vector<std::int32_t>> of_image;
  for (const auto& caption : captions)
    if (caption.image == image) of_image.push_back(caption.words);
  return of_image;
}

}  // namespace

TEST_CASE("a step reads all captions of its photos, numbered within the batch") {
  const auto captions = captions_of_epoch(kOfPhotos, kItems, {}, 1);
  REQUIRE(captions.size() == 7);
  REQUIRE(words(captions, 0) == kOfPhotos[2]);
  REQUIRE(words(captions, 1) == kOfPhotos[0]);
}

TEST_CASE("some captions are drawn by seed, epoch and photo alone, without repetition") {
  train::Recipe::Train options;
  options.captions_per_photo = 2;
  std::set<std::vector<std::vector<std::int32_t>>> seen;
  for (std::int64_t epoch = 1; epoch <= 20; ++epoch) {
    const auto drawn = words(captions_of_epoch(kOfPhotos, kItems, options, epoch), 1);
    REQUIRE(drawn.size() == 2);
    REQUIRE(drawn[0] != drawn[1]);
    const std::vector<std::int64_t> alone = {0};
    REQUIRE(words(captions_of_epoch(kOfPhotos, alone, options, epoch), 0) == drawn);
    seen.insert(drawn);
  }
  REQUIRE(seen.size() > 5);
  options.captions_per_photo = 9;
  REQUIRE(captions_of_epoch(kOfPhotos, kItems, options, 1).size() == 7);
}

TEST_CASE("captions are cut at the longest length, words unknown to the vocabulary replaced") {
  const auto vocabulary = text::Vocabulary::from_words({"</s>", "<s>", "<unk>", "a", "dog"});
  const std::vector<train::Photo> photos = {
      {.name = "x", .id = {}, .captions = {""}, .words = {{"a", "green", "dog", "runs"}, {"dog"}}}};
  const auto encoded = train::encode_captions(photos, vocabulary, 3);
  REQUIRE(encoded == std::vector<std::vector<std::vector<std::int32_t>>>{{{3, 2, 4}, {4}}});
}
