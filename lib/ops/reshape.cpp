#include "limn/ops/reshape.h"

#include "kernels/gather_rows.h"
#include "kernels/rows.h"
#include "limn/core/dispatch.h"
#include "ops/axis_view.h"

namespace limn::ops {
namespace {

Shape joined_shape(const std::vector<Variable>& parts, int axis) {
  require(!parts.empty(), "concatenate: needs at least one part; got none");
  const Variable& first = parts.front();
  std::int64_t size = 0;
  for (const Variable& part : parts) {
    const bool fits = part.shape().rank() == first.shape().rank() &&
                      part.shape().with(axis, 0) == first.shape().with(axis, 0) &&
                      part.dtype() == first.dtype();
    require(fits, "concatenate: all parts must agree but for axis {}; got {} and {}", axis, first,
            part);
    size += part.shape()[axis];
  }
  return first.shape().with(axis, size);
}

template <class T>
void concatenate_backward(const std::vector<Variable>& parts, const AxisView& view,
                          const Tensor& djoined) {
  std::int64_t offset = 0;
  for (const Variable& part : parts) {
    const std::int64_t n = part.shape()[view.axis] * view.inner;
    if (part.requires_grad()) {
      kernels::add_rows<T>(
          {.rows = view.outer, .n = n, .from_stride = view.n * view.inner, .to_stride = n},
          djoined.data<T>() + offset, part.grad().data<T>());
    }
    offset += n;
  }
}

// Elements [begin, end) of each row.
Tensor copied_slice(const Tensor& x, const AxisView& view, std::int64_t begin, std::int64_t end) {
  Tensor y(x.shape().with(view.axis, end - begin), x.dtype());
  const std::size_t size = size_of(x.dtype());
  const std::int64_t n = (end - begin) * view.inner;
  kernels::copy_rows(
      {.rows = view.outer, .n = n, .from_stride = view.n * view.inner, .to_stride = n}, size,
      static_cast<const char*>(x.raw()) + static_cast<std::size_t>(begin * view.inner) * size,
      y.raw());
  return y;
}

}  // namespace

Variable reshape(const Variable& x, const Shape& shape) {
  require(shape.elements() == x.shape().elements(), "reshape: {} has {} elements; {} would have {}",
          x.shape(), x.shape().elements(), shape, shape.elements());
  return Variable::make(x.value().reshaped(shape), {x},
                        [x](const Tensor& dy) { x.add_to_grad(dy.reshaped(x.shape())); });
}

Variable concatenate(const std::vector<Variable>& parts, int axis) {
  if (!parts.empty()) axis_view("concatenate", parts.front().shape(), axis);
  const Shape shape = joined_shape(parts, axis);
  const AxisView view = axis_view("concatenate", shape, axis);
  Tensor joined(shape, parts.front().dtype());
  const std::size_t size = size_of(joined.dtype());
  auto* to = static_cast<char*>(joined.raw());
  for (const Variable& part : parts) {
    const std::int64_t n = part.shape()[axis] * view.inner;
    kernels::copy_rows(
        {.rows = view.outer, .n = n, .from_stride = n, .to_stride = view.n * view.inner}, size,
        part.value().raw(), to);
    to += static_cast<std::size_t>(n) * size;
  }
  return Variable::make(joined, parts, [parts, view](const Tensor& djoined) {
    for_floating(djoined.dtype(), "concatenate",
                 [&]<class T>() { concatenate_backward<T>(parts, view, djoined); });
  });
}

Variable slice(const Variable& x, int axis, std::int64_t begin, std::int64_t end) {
  const AxisView view = axis_view("slice", x.shape(), axis);
  require(begin >= 0 && begin <= end && end <= x.shape()[axis],
          "slice: [begin, end) must lie in axis {} of {}; got [{}, {})", axis, x.shape(), begin,
          end);
  const Tensor y =
      view.axis == 0 ? x.value().rows(begin, end) : copied_slice(x.value(), view, begin, end);
  return Variable::make(y, {x}, [x, view, begin, end](const Tensor& dy) {
    const std::int64_t n = (end - begin) * view.inner;
    for_floating(dy.dtype(), "slice", [&]<class T>() {
      kernels::add_rows<T>(
          {.rows = view.outer, .n = n, .from_stride = n, .to_stride = view.n * view.inner},
          dy.data<T>(), x.grad().data<T>() + begin * view.inner);
    });
  });
}

Variable gather_rows(const Variable& x, std::span<const std::int64_t> rows) {
  require(x.shape().rank() >= 1, "gather_rows: x must be [M, ...]; got {}", x.shape());
  const std::int64_t count = x.shape()[0];
  for (std::size_t i = 0; i < rows.size(); ++i) {
    require(rows[i] >= 0 && rows[i] < count, "gather_rows: rows must be in [0, {}); got {} at {}",
            count, rows[i], i);
  }
  const Shape shape = x.shape().with(0, static_cast<std::int64_t>(rows.size()));
  const std::int64_t n = x.shape().with(0, 1).elements();
  Tensor y(shape, x.dtype());
  kernels::gather_rows(rows, static_cast<std::size_t>(n) * size_of(x.dtype()), x.value().raw(),
                       y.raw());
  return Variable::make(
      y, {x}, [x, n, rows = std::vector<std::int64_t>(rows.begin(), rows.end())](const Tensor& dy) {
        for_floating(dy.dtype(), "gather_rows", [&]<class T>() {
          kernels::gather_rows_backward<T>(rows, n, dy.data<T>(), x.grad().data<T>());
        });
      });
}

Variable keep_rows(const Variable& x, std::span<const std::uint8_t> kept) {
  require(x.shape().rank() >= 1 && x.shape()[0] == std::ssize(kept),
          "keep_rows: x must have {} rows; got {}", kept.size(), x.shape());
  std::vector<std::int64_t> rows;
  for (std::size_t row = 0; row < kept.size(); ++row) {
    if (kept[row] != 0) rows.push_back(static_cast<std::int64_t>(row));
  }
  const std::int64_t n = kept.empty() ? 0 : x.shape().elements() / std::ssize(kept);
  Tensor y = Tensor::zeros(x.shape(), x.dtype());
  for_floating(x.dtype(), "keep_rows", [&]<class T>() {
    for (const std::int64_t row : rows)
      kernels::add_rows<T>({1, n, n, n}, x.value().data<T>() + row * n, y.data<T>() + row * n);
  });
  return Variable::make(y, {x}, [x, rows, n](const Tensor& dy) {
    for_floating(dy.dtype(), "keep_rows", [&]<class T>() {
      for (const std::int64_t row : rows)
        kernels::add_rows<T>({1, n, n, n}, dy.data<T>() + row * n, x.grad().data<T>() + row * n);
    });
  });
}

}  // namespace limn::ops
