#include "kernels/blocks.h"

#include <vector>

#include "support/catch.h"

using namespace limn::kernels;

namespace {

// How often each element of the ranges is met.
std::vector<std::vector<int>> visits(const std::vector<std::int64_t>& sizes) {
  BlockList blocks;
  std::vector<std::vector<int>> counts;
  for (const std::int64_t size : sizes) {
    blocks.add(size);
    counts.emplace_back(static_cast<std::size_t>(size), 0);
  }
  for_blocks(blocks, [&](std::int64_t, const BlockList::Block& block) {
    for (std::int64_t i = 0; i < block.size; ++i)
      ++counts[block.range][static_cast<std::size_t>(block.begin + i)];
  });
  return counts;
}

}  // namespace

TEST_CASE("the blocks of one range meet every element once") {
  for (const std::int64_t n : {0, 1, 99, 100, 101, 1000}) {
    std::vector<int> counts(static_cast<std::size_t>(n), 0);
    for_blocks(
        n,
        [&](std::int64_t begin, std::int64_t size) {
          for (std::int64_t i = begin; i < begin + size; ++i) ++counts[static_cast<std::size_t>(i)];
        },
        100);
    REQUIRE(counts == std::vector<int>(counts.size(), 1));
  }
}

TEST_CASE("the blocks of many ranges meet every element once") {
  constexpr std::int64_t block = BlockList::kBlock;
  const std::vector<std::int64_t> sizes = {0, 1, block, 0, 0, block + 1, 5 * block - 1, 3, 0};
  const auto counts = visits(sizes);
  for (const auto& range : counts) REQUIRE(range == std::vector<int>(range.size(), 1));
  REQUIRE(visits({}).empty());
  REQUIRE(visits({0, 0})[1].empty());
}

TEST_CASE("blocks are numbered through in order") {
  BlockList blocks;
  for (const std::int64_t size : {BlockList::kBlock + 1, std::int64_t{0}, std::int64_t{7}})
    blocks.add(size);
  REQUIRE(blocks.count() == 3);
  REQUIRE(blocks[1].range == 0);
  REQUIRE(blocks[1].begin == BlockList::kBlock);
  REQUIRE(blocks[1].size == 1);
  REQUIRE(blocks[2].range == 2);
  REQUIRE(blocks[2].begin == 0);
  REQUIRE(blocks[2].size == 7);
}
