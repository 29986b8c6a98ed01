// The caching allocator behind every tensor.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

namespace limn {

/// Alignment of every tensor's storage, in bytes.
inline constexpr std::size_t kStorageAlignment = 64;

/// A 64-byte aligned block of at least `bytes`, uninitialised. Freed blocks are kept: those below a
/// megabyte for who asks for about their size again, larger ones in one piece with their
/// neighbours, of which parts are cut unless less than a megabyte would be left. A training step in
/// steady state so asks the system for nothing. Safe from any thread. Throws Error, naming the
/// size, when the system has no memory left.
std::shared_ptr<void> allocate_storage(std::size_t bytes);

struct AllocatorStatistics {
  std::uint64_t system_allocations = 0;  ///< blocks asked from the system so far
  std::size_t bytes_in_use = 0;          ///< held by tensors
  std::size_t bytes_cached = 0;          ///< freed and kept for reuse
};
AllocatorStatistics allocator_statistics();

/// Gives cached blocks back to the system, but for those that were cut from a larger one of which
/// something is in use.
void release_cached_storage();

}  // namespace limn
