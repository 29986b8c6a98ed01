// The loop over the elements of a result whose two operands may be repeated along some axes.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "limn/core/shape.h"

namespace limn::kernels {

/// How far the operands move when an axis of the result advances by one: 0 where one is repeated.
struct BroadcastAxis {
  std::int64_t size = 1;
  std::array<std::int64_t, 2> strides{};
};

/// Axes that both operands pass in the same manner are one, so that most loops have one or two. At
/// the last axis the strides are 0 or 1.
struct Broadcast {
  int rank = 1;
  std::array<BroadcastAxis, Shape::kMaxRank> axes;

  const BroadcastAxis& last() const { return axes[static_cast<std::size_t>(rank - 1)]; }
  /// Product of the sizes of all axes but the last.
  std::int64_t rows() const;
  /// Where the operands stand at the beginning of a row.
  std::array<std::int64_t, 2> offsets(std::int64_t row) const;
  /// Whether several rows read the same elements of an operand.
  bool repeats_rows(std::size_t operand) const;
};

/// By NumPy's rules: the shapes are aligned at their last axes; sizes must be equal or one of them
/// 1. Nothing when they do not fit.
std::optional<Shape> broadcast_shape(const Shape& a, const Shape& b);

/// For shapes that fit.
Broadcast broadcast_loop(const Shape& a, const Shape& b);

}  // namespace limn::kernels
