// The sizes of a tensor's axes.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>

namespace limn {

/// Up to six axis sizes, each >= 0; no axes is a scalar. A small value, no allocation.
class Shape {
 public:
  static constexpr int kMaxRank = 6;

  Shape() = default;
  /// Throws InvalidArgument on a negative size, more than kMaxRank axes, or a product beyond 2^59:
  /// the bytes of any dtype are to fit 63 bits.
  Shape(std::initializer_list<std::int64_t> sizes);
  explicit Shape(std::span<const std::int64_t> sizes);

  int rank() const { return rank_; }
  /// Size of `axis`; negative axes count from the end. Throws InvalidArgument when there is no such
  /// axis.
  std::int64_t operator[](int axis) const;
  /// Product of all sizes; 1 for a scalar.
  std::int64_t elements() const;
  /// Product of all sizes but the last: how many rows a matrix view has. 1 for a scalar.
  std::int64_t rows() const;

  const std::int64_t* begin() const { return sizes_.data(); }
  const std::int64_t* end() const { return sizes_.data() + rank_; }

  /// This shape with the size of `axis` replaced.
  Shape with(int axis, std::int64_t size) const;

  /// "[2, 3]"; "[]" for a scalar.
  std::string to_string() const;

  friend bool operator==(const Shape& a, const Shape& b);

 private:
  int index(int axis) const;

  std::array<std::int64_t, kMaxRank> sizes_{};
  int rank_ = 0;
};

}  // namespace limn
