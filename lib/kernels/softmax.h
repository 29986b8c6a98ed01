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

/// y of x [rows, n], normalised over the columns that exist: mask [images, n] of the row's image.
/// The others are 0; softmax_backward holds for it as it is.
template <class T>
void masked_softmax(std::int64_t rows, std::int64_t n, const std::uint8_t* mask,
                    const std::int64_t* images, const T* x, T* y);

template <class T>
void log_softmax(const AxisShape& shape, const T* x, T* y);
/// dx += dy − exp(y) Σ dy; where y is −∞, dy counts as 0.
template <class T>
void log_softmax_backward(const AxisShape& shape, const T* y, const T* dy, T* dx);

}  // namespace limn::kernels
