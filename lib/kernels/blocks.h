// Splits a range of elements over the threads, in blocks that stay in cache.
#pragma once

#include <algorithm>
#include <cstdint>

namespace limn::kernels {

/// Calls body(begin, size) for consecutive blocks of [0, n), in parallel when n is large. The
/// blocks do not depend on the number of threads.
template <class Body>
void for_blocks(std::int64_t n, Body&& body, std::int64_t block = 8192) {
#pragma omp parallel for schedule(static) if (n >= 4 * block)
  for (std::int64_t begin = 0; begin < n; begin += block) body(begin, std::min(block, n - begin));
}

}  // namespace limn::kernels
