#include "limn/core/allocator.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdlib>
#include <limits>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "limn/core/error.h"

namespace limn {
namespace {

constexpr std::size_t kClassesPerOctave = 8;

// The system's memory, 64-byte aligned; null when there is none.
void* from_system(std::size_t size) { return std::aligned_alloc(kStorageAlignment, size); }

[[noreturn]] void throw_out_of_memory(std::size_t bytes) {
  throw Error(fmt::format("out of memory: {} bytes were asked for at once", bytes));
}

// Of a block of its own: eight classes between powers of two, at most an eighth is wasted.
std::size_t size_class(std::size_t bytes) {
  constexpr std::size_t smallest = 512;
  if (bytes <= smallest) return std::max(kStorageAlignment, std::bit_ceil(bytes));
  const std::size_t step = std::bit_floor(bytes - 1) / kClassesPerOctave;
  return (bytes + step - 1) / step * step;
}

// Freed blocks wait for who asks for their size again. Each block is the system's.
class SmallBlocks {
 public:
  void* take(std::size_t size) {
    const auto found = free_.find(size);
    if (found == free_.end() || found->second.empty()) return nullptr;
    void* block = found->second.back();
    found->second.pop_back();
    return block;
  }
  void give_back(void* block, std::size_t size) { free_[size].push_back(block); }
  // How many bytes went back to the system.
  std::size_t release() {
    std::size_t released = 0;
    for (auto& [size, blocks] : free_) {
      for (void* block : blocks) std::free(block);
      released += size * blocks.size();
      blocks.clear();
    }
    return released;
  }

 private:
  std::unordered_map<std::size_t, std::vector<void*>> free_;
};

// Part of a piece of memory that the system gave; its neighbours there are before and after it.
struct Part {
  char* address = nullptr;
  std::size_t size = 0;
  bool free = false;
  Part *before = nullptr, *after = nullptr;
  Part *previous = nullptr, *next = nullptr;  // in the list of its class, while it is free

  bool whole() const { return before == nullptr && after == nullptr; }
};

// Large blocks: a free part is cut to what is asked for, and grows together with free neighbours
// when it comes back, so that batches of other shapes use the same memory. Like two-level
// segregated fit (Masmano, Ripoll, Crespo, Real, "TLSF: a new dynamic memory allocator for
// real-time systems", 2004, section 4): free parts in lists by class of size; any part of a higher
// class fits.
class LargeBlocks {
 public:
  // What is left of a part is a part of its own from this size on.
  static constexpr std::size_t kSmallest = std::size_t{1} << 20;
  static std::size_t rounded(std::size_t bytes) {
    constexpr std::size_t page = 4096;
    return (bytes + page - 1) / page * page;
  }

  // Null: no free part is large enough.
  Part* take(std::size_t size) {
    Part* part = find(size);
    if (part == nullptr) return nullptr;
    unlink(part);
    if (part->size - size >= kSmallest) cut(part, size);
    return part;
  }
  Part* add(void* memory, std::size_t size) {
    Part* part = new_part();
    *part = {.address = static_cast<char*>(memory), .size = size};
    return part;
  }
  void give_back(Part* part) {
    if (part->after != nullptr && part->after->free) join(part, part->after);
    if (part->before != nullptr && part->before->free) {
      part = part->before;
      join(part, part->after);
    }
    if (!part->free) link(part);
  }
  // Of pieces of which no part is in use. How many bytes went back to the system.
  std::size_t release() {
    std::size_t released = 0;
    for (Part* part : lists_) {
      while (part != nullptr) {
        Part* next = part->next;
        if (part->whole()) {
          unlink(part);
          std::free(part->address);
          released += part->size;
          unused_.push_back(part);
        }
        part = next;
      }
    }
    return released;
  }

 private:
  static constexpr int kTries = 64;  // in the class of the size itself, where not every part fits

  // The class whose sizes begin at or below `size`.
  static std::size_t class_of(std::size_t size) {
    const auto octave = static_cast<std::size_t>(std::bit_width(size)) - 1;
    return octave * kClassesPerOctave + (size >> (octave - 3)) % kClassesPerOctave;
  }

  Part* find(std::size_t size) {
    const std::size_t own = class_of(size);
    int tried = 0;
    for (Part* part = lists_[own]; part != nullptr && tried < kTries; part = part->next, ++tried)
      if (part->size >= size) return part;
    for (std::size_t index = own + 1; index < lists_.size(); ++index)
      if (lists_[index] != nullptr) return lists_[index];
    return nullptr;
  }
  void link(Part* part) {
    Part*& first = lists_[class_of(part->size)];
    part->free = true;
    part->previous = nullptr;
    part->next = first;
    if (first != nullptr) first->previous = part;
    first = part;
  }
  void unlink(Part* part) {
    part->free = false;
    (part->previous != nullptr ? part->previous->next : lists_[class_of(part->size)]) = part->next;
    if (part->next != nullptr) part->next->previous = part->previous;
  }
  // Leaves `size` of the part; the rest becomes a free one.
  void cut(Part* part, std::size_t size) {
    Part* rest = new_part();
    *rest = {.address = part->address + size,
             .size = part->size - size,
             .before = part,
             .after = part->after};
    if (rest->after != nullptr) rest->after->before = rest;
    part->after = rest;
    part->size = size;
    link(rest);
  }
  // `part` takes in what comes after it; it is free afterwards if it was.
  void join(Part* part, Part* after) {
    const bool was_free = part->free;
    if (was_free) unlink(part);
    if (after->free) unlink(after);
    part->size += after->size;
    part->after = after->after;
    if (part->after != nullptr) part->after->before = part;
    unused_.push_back(after);
    if (was_free) link(part);
  }
  Part* new_part() {
    if (unused_.empty()) return new Part;
    Part* part = unused_.back();
    unused_.pop_back();
    return part;
  }

  std::array<Part*, 64 * kClassesPerOctave> lists_{};
  std::vector<Part*> unused_;
};

class CachingAllocator {
 public:
  // Never destroyed: tensors with static lifetime may outlive every other static.
  static CachingAllocator& instance() {
    static auto* allocator = new CachingAllocator;
    return *allocator;
  }

  std::shared_ptr<void> allocate(std::size_t bytes) {
    if (bytes > std::numeric_limits<std::size_t>::max() / 2) throw_out_of_memory(bytes);
    return bytes < LargeBlocks::kSmallest ? small_block(size_class(bytes))
                                          : large_block(LargeBlocks::rounded(bytes));
  }

  void release_all() {
    const std::lock_guard lock(mutex_);
    statistics_.bytes_cached -= small_.release() + large_.release();
  }

  AllocatorStatistics statistics() {
    const std::lock_guard lock(mutex_);
    return statistics_;
  }

 private:
  std::shared_ptr<void> small_block(std::size_t size) {
    void* block = nullptr;
    {
      const std::lock_guard lock(mutex_);
      block = small_.take(size);
      if (block != nullptr) in_use(size, true);
    }
    if (block == nullptr) {
      block = new_memory(size);
      const std::lock_guard lock(mutex_);
      in_use(size, false);
    }
    return {block, [this, size](void* freed) {
              const std::lock_guard lock(mutex_);
              small_.give_back(freed, size);
              cached(size);
            }};
  }

  std::shared_ptr<void> large_block(std::size_t size) {
    Part* part = nullptr;
    {
      const std::lock_guard lock(mutex_);
      part = large_.take(size);
      if (part != nullptr) in_use(part->size, true);
    }
    if (part == nullptr) {
      void* memory = new_memory(size);
      const std::lock_guard lock(mutex_);
      part = large_.add(memory, size);
      in_use(size, false);
    }
    return {part->address, [this, part](void*) {
              const std::lock_guard lock(mutex_);
              cached(part->size);
              large_.give_back(part);
            }};
  }

  void* new_memory(std::size_t size) {
    void* memory = from_system(size);
    if (memory == nullptr) {
      release_all();
      memory = from_system(size);
    }
    if (memory == nullptr) throw_out_of_memory(size);
    return memory;
  }

  void in_use(std::size_t size, bool was_cached) {
    statistics_.bytes_in_use += size;
    if (was_cached)
      statistics_.bytes_cached -= size;
    else
      ++statistics_.system_allocations;
  }
  void cached(std::size_t size) {
    statistics_.bytes_in_use -= size;
    statistics_.bytes_cached += size;
  }

  std::mutex mutex_;
  SmallBlocks small_;
  LargeBlocks large_;
  AllocatorStatistics statistics_;
};

}  // namespace

std::shared_ptr<void> allocate_storage(std::size_t bytes) {
  return CachingAllocator::instance().allocate(std::max<std::size_t>(bytes, 1));
}

AllocatorStatistics allocator_statistics() { return CachingAllocator::instance().statistics(); }

void release_cached_storage() { CachingAllocator::instance().release_all(); }

}  // namespace limn
