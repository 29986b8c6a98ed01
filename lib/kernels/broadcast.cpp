#include "kernels/broadcast.h"

#include <algorithm>

namespace limn::kernels {
namespace {

// Size of the axis that is `from_end` before the end; 1 where there is none.
std::int64_t size_at(const Shape& shape, int from_end) {
  return from_end < shape.rank() ? shape[shape.rank() - 1 - from_end] : 1;
}

// Whether an operand that moves by `inner.stride` within an axis goes on in the next one as if both
// were one axis.
bool continues(const BroadcastAxis& outer, const BroadcastAxis& inner) {
  const auto same = [&](std::size_t operand) {
    return outer.strides[operand] == inner.strides[operand] * inner.size;
  };
  return same(0) && same(1);
}

}  // namespace

std::int64_t Broadcast::rows() const {
  std::int64_t product = 1;
  for (int axis = 0; axis + 1 < rank; ++axis) product *= axes[static_cast<std::size_t>(axis)].size;
  return product;
}

std::array<std::int64_t, 2> Broadcast::offsets(std::int64_t row) const {
  std::array<std::int64_t, 2> result{};
  for (int i = rank - 2; i >= 0; --i) {
    const BroadcastAxis& axis = axes[static_cast<std::size_t>(i)];
    const std::int64_t index = row % axis.size;
    row /= axis.size;
    for (std::size_t operand = 0; operand < 2; ++operand)
      result[operand] += index * axis.strides[operand];
  }
  return result;
}

bool Broadcast::repeats_rows(std::size_t operand) const {
  for (int i = 0; i + 1 < rank; ++i) {
    const BroadcastAxis& axis = axes[static_cast<std::size_t>(i)];
    if (axis.size > 1 && axis.strides[operand] == 0) return true;
  }
  return false;
}

std::optional<Shape> broadcast_shape(const Shape& a, const Shape& b) {
  const int rank = std::max(a.rank(), b.rank());
  std::array<std::int64_t, Shape::kMaxRank> sizes{};
  for (int i = 0; i < rank; ++i) {
    const std::int64_t left = size_at(a, i);
    const std::int64_t right = size_at(b, i);
    if (left != right && left != 1 && right != 1) return std::nullopt;
    sizes[static_cast<std::size_t>(rank - 1 - i)] = left == 1 ? right : left;
  }
  return Shape(std::span<const std::int64_t>(sizes.data(), static_cast<std::size_t>(rank)));
}

Broadcast broadcast_loop(const Shape& a, const Shape& b) {
  std::array<BroadcastAxis, Shape::kMaxRank> found;  // from the last axis on
  std::size_t count = 0;
  std::array<std::int64_t, 2> steps = {1, 1};
  for (int i = 0; i < std::max(a.rank(), b.rank()); ++i) {
    const std::array<std::int64_t, 2> sizes = {size_at(a, i), size_at(b, i)};
    BroadcastAxis axis{.size = sizes[0] == 1 ? sizes[1] : sizes[0]};
    for (std::size_t operand = 0; operand < 2; ++operand) {
      axis.strides[operand] = sizes[operand] == 1 ? 0 : steps[operand];
      steps[operand] *= sizes[operand];
    }
    if (axis.size == 1) continue;
    if (count > 0 && continues(axis, found[count - 1])) {
      found[count - 1].size *= axis.size;
    } else {
      found[count++] = axis;
    }
  }
  Broadcast loop;
  loop.rank = static_cast<int>(std::max<std::size_t>(count, 1));
  std::reverse_copy(found.begin(), found.begin() + loop.rank, loop.axes.begin());
  return loop;
}

}  // namespace limn::kernels
