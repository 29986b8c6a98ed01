#include "limn/core/packing.h"

#include <fmt/ranges.h>

#include "core/check.h"

namespace limn {

Packing Packing::of(std::span<const std::int64_t> lengths) {
  Packing packing;
  if (lengths.empty()) return packing;
  for (std::size_t b = 0; b < lengths.size(); ++b) {
    require(lengths[b] >= 1 && (b == 0 || lengths[b] <= lengths[b - 1]),
            "Packing: lengths must be at least 1 and sorted, longest first; sequence {} has {} "
            "after {}",
            b, lengths[b], b == 0 ? lengths[b] : lengths[b - 1]);
  }
  packing.offsets_.push_back(0);
  std::size_t alive = lengths.size();
  for (std::int64_t t = 0; t < lengths[0]; ++t) {
    while (lengths[alive - 1] <= t) --alive;
    packing.rows_.push_back(static_cast<std::int64_t>(alive));
    packing.offsets_.push_back(packing.offsets_.back() + static_cast<std::int64_t>(alive));
  }
  return packing;
}

std::int64_t Packing::length(std::int64_t b) const {
  require(b >= 0 && b < sequences(), "Packing: sequence {} of {}", b, sequences());
  std::int64_t t = steps();
  while (rows(t - 1) <= b) --t;
  return t;
}

std::vector<std::int64_t> Packing::last_rows() const {
  std::vector<std::int64_t> last(static_cast<std::size_t>(sequences()));
  std::int64_t alive = 0;
  for (std::int64_t t = steps() - 1; t >= 0; --t) {
    for (; alive < rows(t); ++alive) last[static_cast<std::size_t>(alive)] = offset(t) + alive;
  }
  return last;
}

}  // namespace limn
