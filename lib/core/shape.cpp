#include "limn/core/shape.h"

#include <fmt/ranges.h>

#include <algorithm>

#include "core/check.h"

namespace limn {

Shape::Shape(std::initializer_list<std::int64_t> sizes)
    : Shape(std::span<const std::int64_t>(sizes.begin(), sizes.size())) {}

Shape::Shape(std::span<const std::int64_t> sizes) {
  require(sizes.size() <= kMaxRank, "Shape: at most {} axes; got {}", kMaxRank, sizes.size());
  constexpr std::int64_t limit = std::int64_t{1} << 59;
  std::int64_t product = 1;
  for (const std::int64_t size : sizes) {
    require(size >= 0, "Shape: sizes must be >= 0; got [{}]", fmt::join(sizes, ", "));
    require(size == 0 || product <= limit / size, "Shape: too many elements in [{}]",
            fmt::join(sizes, ", "));
    product *= std::max<std::int64_t>(size, 1);
    sizes_[rank_++] = size;
  }
}

int Shape::index(int axis) const {
  const int positive = axis < 0 ? axis + rank_ : axis;
  require(positive >= 0 && positive < rank_, "Shape: axis {} of {}", axis, *this);
  return positive;
}

std::int64_t Shape::operator[](int axis) const { return sizes_[index(axis)]; }

std::int64_t Shape::elements() const {
  std::int64_t product = 1;
  for (const std::int64_t size : *this) product *= size;
  return product;
}

std::int64_t Shape::rows() const {
  std::int64_t product = 1;
  for (int axis = 0; axis + 1 < rank_; ++axis) product *= sizes_[axis];
  return product;
}

Shape Shape::with(int axis, std::int64_t size) const {
  std::array<std::int64_t, kMaxRank> sizes = sizes_;
  sizes[index(axis)] = size;
  return Shape(std::span<const std::int64_t>(sizes.data(), rank_));
}

std::string Shape::to_string() const { return fmt::format("{}", *this); }

bool operator==(const Shape& a, const Shape& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end());
}

}  // namespace limn
