// Working memory of a kernel, from the caching allocator.
#pragma once

#include <omp.h>

#include <cstdint>
#include <memory>

#include "kernels/blocks.h"
#include "limn/core/allocator.h"
#include "limn/core/threads.h"

namespace limn::kernels {

/// n uninitialised elements, 64-byte aligned, until the end of the scope. Throws when there is no
/// memory, so it is not for parallel regions, which no exception may leave, but for_each_task's.
template <class T>
class Scratch {
 public:
  explicit Scratch(std::int64_t n)
      : block_(allocate_storage(static_cast<std::size_t>(n) * sizeof(T))) {}

  T* data() { return static_cast<T*>(block_.get()); }

 private:
  std::shared_ptr<void> block_;
};

/// The same for each thread of a parallel region, made before it.
template <class T>
class ThreadScratch {
 public:
  /// n elements each, `parallel` the condition of the region. None are nullptr.
  ThreadScratch(bool parallel, std::int64_t n) : each_(ceil_divide(n, kLine) * kLine) {
    const std::int64_t threads = parallel ? thread_count() : 1;
    if (n > 0) block_ = allocate_storage(static_cast<std::size_t>(threads * each_) * sizeof(T));
  }

  /// In the region: what is the calling thread's.
  T* mine() const { return static_cast<T*>(block_.get()) + omp_get_thread_num() * each_; }

 private:
  static constexpr std::int64_t kLine = kStorageAlignment / sizeof(T);
  static_assert(kStorageAlignment % sizeof(T) == 0);

  std::int64_t each_;  // in whole lines of the cache
  std::shared_ptr<void> block_;
};

}  // namespace limn::kernels
