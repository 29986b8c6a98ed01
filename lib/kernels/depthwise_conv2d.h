// Depthwise convolution: each channel by its own kernel. w [C, 1, kh, kw].
#pragma once

#include "kernels/conv2d.h"

namespace limn::kernels {

/// The same functions as in conv2d.h, for shapes that are `depthwise()`.
template <class T>
void depthwise_conv2d(const Conv2dShape& shape, const T* x, const T* w, const T* bias, T* y);
template <class T>
void depthwise_conv2d_backward_input(const Conv2dShape& shape, const T* w, const T* dy, T* dx);
template <class T>
void depthwise_conv2d_backward_weight(const Conv2dShape& shape, const T* x, const T* dy, T* dw);

}  // namespace limn::kernels
