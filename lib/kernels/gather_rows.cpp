#include "kernels/gather_rows.h"

#include <cstring>

namespace limn::kernels {

void gather_rows(std::span<const std::int64_t> rows, std::size_t row_bytes, const void* x,
                 void* y) {
  const auto* from = static_cast<const char*>(x);
  auto* to = static_cast<char*>(y);
  const auto n = static_cast<std::int64_t>(rows.size());
#pragma omp parallel for schedule(static) if (rows.size() * row_bytes >= 262144)
  for (std::int64_t i = 0; i < n; ++i) {
    const auto row = static_cast<std::size_t>(i);
    std::memcpy(to + row * row_bytes, from + static_cast<std::size_t>(rows[row]) * row_bytes,
                row_bytes);
  }
}

}  // namespace limn::kernels
