// Softmax and its logarithm along one axis.
#pragma once

#include "kernels/axis_shape.h"

namespace limn::kernels {

/// y of x [outer, n, inner], normalised along n.
template <class T>
void softmax(const AxisShape& shape, const T* x, T* y);
/// dx += y ⊙ (dy − Σ dy ⊙ y)
template <class T>
void softmax_backward(const AxisShape& shape, const T* y, const T* dy, T* dx);

template <class T>
void log_softmax(const AxisShape& shape, const T* x, T* y);
/// dx += dy − exp(y) Σ dy; where y is −∞, dy counts as 0.
template <class T>
void log_softmax_backward(const AxisShape& shape, const T* y, const T* dy, T* dx);

}  // namespace limn::kernels
