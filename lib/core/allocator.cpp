#include "limn/core/allocator.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <map>
#include <mutex>
#include <vector>

#include "limn/core/error.h"

namespace limn {
namespace {

// Eight classes between powers of two: at most an eighth of a block is wasted.
std::size_t size_class(std::size_t bytes) {
  constexpr std::size_t smallest = 512;
  if (bytes <= smallest) return std::max(kStorageAlignment, std::bit_ceil(bytes));
  const std::size_t step = std::bit_floor(bytes - 1) / 8;
  return (bytes + step - 1) / step * step;
}

class CachingAllocator {
 public:
  // Never destroyed: tensors with static lifetime may outlive every other static.
  static CachingAllocator& instance() {
    static auto* allocator = new CachingAllocator;
    return *allocator;
  }

  struct Block {
    void* address;
    std::size_t size;
  };

  // The smallest that is free and fits, or a new one. Batches of other shapes so find the blocks of
  // those before them, not each its own.
  Block take(std::size_t size) {
    {
      const std::lock_guard lock(mutex_);
      const auto found = free_.lower_bound(size);
      if (found != free_.end() && found->first <= size + size / 2) {
        const Block block{found->second.back(), found->first};
        found->second.pop_back();
        if (found->second.empty()) free_.erase(found);
        statistics_.bytes_cached -= block.size;
        statistics_.bytes_in_use += block.size;
        return block;
      }
    }
    void* block = std::aligned_alloc(kStorageAlignment, size);
    if (block == nullptr) {
      release_all();
      block = std::aligned_alloc(kStorageAlignment, size);
    }
    if (block == nullptr)
      throw Error(fmt::format("out of memory: {} bytes were asked for at once", size));
    const std::lock_guard lock(mutex_);
    ++statistics_.system_allocations;
    statistics_.bytes_in_use += size;
    return {block, size};
  }

  void give_back(const Block& block) {
    const std::lock_guard lock(mutex_);
    free_[block.size].push_back(block.address);
    statistics_.bytes_in_use -= block.size;
    statistics_.bytes_cached += block.size;
  }

  void release_all() {
    const std::lock_guard lock(mutex_);
    for (auto& [size, blocks] : free_) {
      for (void* block : blocks) std::free(block);
    }
    free_.clear();
    statistics_.bytes_cached = 0;
  }

  AllocatorStatistics statistics() {
    const std::lock_guard lock(mutex_);
    return statistics_;
  }

 private:
  std::mutex mutex_;
  std::map<std::size_t, std::vector<void*>> free_;  // by size; no vector is empty
  AllocatorStatistics statistics_;
};

}  // namespace

std::shared_ptr<void> allocate_storage(std::size_t bytes) {
  const std::size_t size = size_class(std::max<std::size_t>(bytes, 1));
  const CachingAllocator::Block block = CachingAllocator::instance().take(size);
  return {block.address, [block](void*) { CachingAllocator::instance().give_back(block); }};
}

AllocatorStatistics allocator_statistics() { return CachingAllocator::instance().statistics(); }

void release_cached_storage() { CachingAllocator::instance().release_all(); }

}  // namespace limn
