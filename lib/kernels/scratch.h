// Working memory of a kernel, from the caching allocator.
#pragma once

#include <cstdint>
#include <memory>

#include "limn/core/allocator.h"

namespace limn::kernels {

/// n uninitialised elements, 64-byte aligned, until the end of the scope.
template <class T>
class Scratch {
 public:
  explicit Scratch(std::int64_t n)
      : block_(allocate_storage(static_cast<std::size_t>(n) * sizeof(T))) {}

  T* data() { return static_cast<T*>(block_.get()); }

 private:
  std::shared_ptr<void> block_;
};

}  // namespace limn::kernels
