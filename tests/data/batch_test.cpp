#include "limn/data/batch.h"

#include <algorithm>
#include <set>

#include "limn/core/error.h"
#include "limn/core/generator.h"
#include "support/catch.h"

using namespace limn;
using data::EncodedCaption;

namespace {

constexpr std::int32_t kBegin = 0, kEnd = 1;

/// Row `row` of a packed array, unpacked.
std::vector<std::int32_t> sequence(const data::CaptionBatch& batch,
                                   const std::vector<std::int32_t>& packed, std::int64_t row) {
  std::vector<std::int32_t> result;
  for (std::int64_t t = 0; t < batch.packing.length(row); ++t)
    result.push_back(packed.at(static_cast<std::size_t>(batch.packing.offset(t) + row)));
  return result;
}

std::vector<EncodedCaption> random_captions(std::uint64_t seed) {
  Generator generator(seed);
  std::vector<EncodedCaption> captions(static_cast<std::size_t>(generator.below(30)));
  for (EncodedCaption& caption : captions) {
    caption.image = generator.below(8);
    caption.words.resize(static_cast<std::size_t>(generator.below(7)));
    for (auto& word : caption.words) word = static_cast<std::int32_t>(generator.below(100) + 2);
  }
  return captions;
}

std::vector<std::int64_t> joined(const std::vector<std::vector<std::int64_t>>& batches) {
  std::vector<std::int64_t> all;
  for (const auto& batch : batches) all.insert(all.end(), batch.begin(), batch.end());
  return all;
}

}  // namespace

TEST_CASE("a packed batch by hand") {
  const std::vector<EncodedCaption> captions = {
      {.image = 4, .words = {7}}, {.image = 2, .words = {8, 9}}, {.image = 4, .words = {5}}};
  const data::CaptionBatch batch = data::pack_captions(captions, kBegin, kEnd);
  REQUIRE(batch.rows() == 3);
  REQUIRE(batch.words() == 7);
  REQUIRE(batch.order == std::vector<std::int64_t>{1, 0, 2});
  REQUIRE(batch.images == std::vector<std::int64_t>{2, 4, 4});
  REQUIRE(batch.inputs == std::vector<std::int32_t>{kBegin, kBegin, kBegin, 8, 7, 5, 9});
  REQUIRE(batch.targets == std::vector<std::int32_t>{8, 7, 5, 9, kEnd, kEnd, kEnd});
}

TEST_CASE("a batch of captions can be of empty ones, or empty itself") {
  const data::CaptionBatch none = data::pack_captions({}, kBegin, kEnd);
  REQUIRE(none.rows() == 0);
  REQUIRE(none.words() == 0);
  const data::CaptionBatch silent =
      data::pack_captions(std::vector<EncodedCaption>(2), kBegin, kEnd);
  REQUIRE(silent.inputs == std::vector<std::int32_t>{kBegin, kBegin});
  REQUIRE(silent.targets == std::vector<std::int32_t>{kEnd, kEnd});
}

TEST_CASE("every caption comes back from its packed batch") {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const auto captions = random_captions(seed);
    const data::CaptionBatch batch = data::pack_captions(captions, kBegin, kEnd);
    REQUIRE(batch.rows() == static_cast<std::int64_t>(captions.size()));
    for (std::int64_t row = 0; row < batch.rows(); ++row) {
      const auto place = static_cast<std::size_t>(row);
      const EncodedCaption& caption = captions.at(static_cast<std::size_t>(batch.order[place]));
      auto inputs = caption.words;
      auto targets = caption.words;
      inputs.insert(inputs.begin(), kBegin);
      targets.push_back(kEnd);
      REQUIRE(sequence(batch, batch.inputs, row) == inputs);
      REQUIRE(sequence(batch, batch.targets, row) == targets);
      REQUIRE(batch.images[place] == caption.image);
      if (row > 0 && batch.packing.length(row) == batch.packing.length(row - 1))
        REQUIRE(batch.order[place - 1] < batch.order[place]);
    }
  }
}

TEST_CASE("ordered batches count up, the last takes what is left") {
  REQUIRE(data::ordered_batches(5, 2) ==
          std::vector<std::vector<std::int64_t>>{{0, 1}, {2, 3}, {4}});
  REQUIRE(data::ordered_batches(4, 2).size() == 2);
  REQUIRE(data::ordered_batches(3, 100) == std::vector<std::vector<std::int64_t>>{{0, 1, 2}});
  REQUIRE(data::ordered_batches(0, 2).empty());
}

TEST_CASE("an epoch visits every image once") {
  for (const std::int64_t images : {1, 7, 64}) {
    const auto batches = data::epoch_batches(images, 8, 3, 1);
    for (std::size_t i = 0; i + 1 < batches.size(); ++i) REQUIRE(batches[i].size() == 8);
    auto all = joined(batches);
    std::sort(all.begin(), all.end());
    REQUIRE(all == joined(data::ordered_batches(images, 8)));
  }
}

TEST_CASE("an epoch depends on seed and number alone") {
  const auto orders = [](std::uint64_t seed, std::int64_t epoch) {
    return joined(data::epoch_batches(100, 8, seed, epoch));
  };
  REQUIRE(orders(3, 7) == orders(3, 7));
  REQUIRE(joined(data::epoch_batches(100, 9, 3, 7)) == orders(3, 7));
  std::set<std::vector<std::int64_t>> different;
  for (std::uint64_t seed = 0; seed < 4; ++seed)
    for (std::int64_t epoch = 0; epoch < 4; ++epoch) different.insert(orders(seed, epoch));
  REQUIRE(different.size() == 16);
}

TEST_CASE("a shuffle puts every image in every place") {
  std::set<std::pair<std::int64_t, std::int64_t>> seen;
  for (std::int64_t epoch = 0; epoch < 200; ++epoch) {
    const auto order = joined(data::epoch_batches(5, 2, 1, epoch));
    for (std::int64_t place = 0; place < 5; ++place)
      seen.emplace(place, order[static_cast<std::size_t>(place)]);
  }
  REQUIRE(seen.size() == 25);
}

TEST_CASE("batches say what does not fit") {
  REQUIRE_THROWS_TEXT(data::ordered_batches(-1, 2), InvalidArgument,
                      "ordered_batches: images must be at least 0 and batch at least 1; got -1 and "
                      "2");
  REQUIRE_THROWS_TEXT(data::epoch_batches(3, 0, 1, 1), InvalidArgument,
                      "epoch_batches: images must be at least 0 and batch at least 1; got 3 and 0");
  REQUIRE_THROWS_TEXT(data::epoch_batches(3, 1, 1, -2), InvalidArgument,
                      "epoch_batches: epoch must be at least 0; got -2");
  REQUIRE_THROWS_TEXT(
      data::pack_captions(std::vector<EncodedCaption>{{.image = -3, .words = {}}}, kBegin, kEnd),
      InvalidArgument, "pack_captions: caption 0 is of image -3; images count from 0");
}
