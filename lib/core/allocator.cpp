#include "limn/core/allocator.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <mutex>
#include <unordered_map>
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

  void* take(std::size_t size) {
    {
      const std::lock_guard lock(mutex_);
      if (auto found = free_.find(size); found != free_.end() && !found->second.empty()) {
        void* block = found->second.back();
        found->second.pop_back();
        statistics_.bytes_cached -= size;
        statistics_.bytes_in_use += size;
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
    return block;
  }

  void give_back(void* block, std::size_t size) {
    const std::lock_guard lock(mutex_);
    free_[size].push_back(block);
    statistics_.bytes_in_use -= size;
    statistics_.bytes_cached += size;
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
  std::unordered_map<std::size_t, std::vector<void*>> free_;
  AllocatorStatistics statistics_;
};

}  // namespace

std::shared_ptr<void> allocate_storage(std::size_t bytes) {
  const std::size_t size = size_class(std::max<std::size_t>(bytes, 1));
  void* block = CachingAllocator::instance().take(size);
  return {block, [size](void* freed) { CachingAllocator::instance().give_back(freed, size); }};
}

AllocatorStatistics allocator_statistics() { return CachingAllocator::instance().statistics(); }

void release_cached_storage() { CachingAllocator::instance().release_all(); }

}  // namespace limn
