// A tensor cut at one axis.
#pragma once

#include "core/check.h"
#include "kernels/axis_shape.h"
#include "limn/core/shape.h"

namespace limn::ops {

/// `axis` is not negative here.
struct AxisView : kernels::AxisShape {
  int axis = 0;
};

/// Throws InvalidArgument in the name of `op` when there is no such axis; negative ones count from
/// the end.
inline AxisView axis_view(const char* op, const Shape& shape, int axis) {
  require(axis >= -shape.rank() && axis < shape.rank(), "{}: no axis {} in {}", op, axis, shape);
  AxisView view;
  view.axis = axis < 0 ? axis + shape.rank() : axis;
  view.n = shape[axis];
  for (int i = 0; i < view.axis; ++i) view.outer *= shape[i];
  for (int i = view.axis + 1; i < shape.rank(); ++i) view.inner *= shape[i];
  return view;
}

}  // namespace limn::ops
