// Sums over one axis, in an order that does not depend on the number of threads.
#pragma once

#include <cstdint>

#include "kernels/axis_shape.h"

namespace limn::kernels {

/// Σ x
template <class T>
double sum(std::int64_t n, const T* x);

/// y [outer, inner] = Σ over n of x [outer, n, inner]
template <class T>
void sum(const AxisShape& shape, const T* x, T* y);
/// dx += dy, repeated n times
template <class T>
void sum_backward(const AxisShape& shape, const T* dy, T* dx);

}  // namespace limn::kernels
