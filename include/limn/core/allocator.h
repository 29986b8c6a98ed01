// The caching allocator behind every tensor.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

namespace limn {

/// Alignment of every tensor's storage, in bytes.
inline constexpr std::size_t kStorageAlignment = 64;

/// A 64-byte aligned block of at least `bytes`, uninitialised. Freed blocks are kept and handed out
/// again, also for up to a third less than they hold, so a training step in steady state asks the
/// system for nothing. Safe from any thread. Throws Error, naming the size, when the system has no
/// memory left.
std::shared_ptr<void> allocate_storage(std::size_t bytes);

struct AllocatorStatistics {
  std::uint64_t system_allocations = 0;  ///< blocks asked from the system so far
  std::size_t bytes_in_use = 0;          ///< held by tensors
  std::size_t bytes_cached = 0;          ///< freed and kept for reuse
};
AllocatorStatistics allocator_statistics();

/// Gives all cached blocks back to the system.
void release_cached_storage();

}  // namespace limn
