// Splits a range of elements over the threads, in blocks that stay in cache.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace limn::kernels {

/// The least whole number not below a / b, of a >= 0 and b > 0.
constexpr std::int64_t ceil_divide(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

/// Calls body(begin, size) for consecutive blocks of [0, n), in parallel when n is large. The
/// blocks do not depend on the number of threads.
template <class Body>
void for_blocks(std::int64_t n, Body&& body, std::int64_t block = 8192) {
#pragma omp parallel for schedule(static) if (n >= 4 * block)
  for (std::int64_t begin = 0; begin < n; begin += block) body(begin, std::min(block, n - begin));
}

/// The blocks of many ranges [0, size), some of them tiny, numbered through: for one loop over the
/// elements of all parameters.
class BlockList {
 public:
  struct Block {
    std::size_t range;
    std::int64_t begin, size;
  };

  static constexpr std::int64_t kBlock = 8192;

  /// Appends a range.
  void add(std::int64_t size) {
    sizes_.push_back(size);
    ends_.push_back(count() + ceil_divide(size, kBlock));
  }
  std::int64_t count() const { return ends_.empty() ? 0 : ends_.back(); }
  Block operator[](std::int64_t index) const {
    const auto range = std::upper_bound(ends_.begin(), ends_.end(), index) - ends_.begin();
    const auto r = static_cast<std::size_t>(range);
    const std::int64_t begin = (index - (r == 0 ? 0 : ends_[r - 1])) * kBlock;
    return {r, begin, std::min(kBlock, sizes_[r] - begin)};
  }

 private:
  std::vector<std::int64_t> sizes_;
  std::vector<std::int64_t> ends_;  // of the blocks of each range
};

/// Calls body(index, block) for all blocks, in parallel when there are many.
template <class Body>
void for_blocks(const BlockList& blocks, Body&& body) {
  const std::int64_t count = blocks.count();
#pragma omp parallel for schedule(static) if (count >= 4)
  for (std::int64_t index = 0; index < count; ++index) body(index, blocks[index]);
}

}  // namespace limn::kernels
