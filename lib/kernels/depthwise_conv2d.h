// Depthwise convolution: each channel by its own kernel. w [C, 1, kh, kw].
#pragma once

#include "kernels/conv2d.h"

namespace limn::kernels {

/// w in the order [kh·kw, C], channel c multiplied by scale[c] unless `scale` is nullptr.
template <class T>
void pack_depthwise(const Conv2dShape& shape, const T* w, const T* scale, T* packed);

/// y = min(max(x ∗ w + bias, low), high) with packed weights; `bias` [C] may be nullptr.
template <class T>
void depthwise_conv2d_packed(const Conv2dShape& shape, const T* x, const T* packed, const T* bias,
                             T low, T high, T* y);

/// The same functions as in conv2d.h, for shapes that are `depthwise()`.
template <class T>
void depthwise_conv2d(const Conv2dShape& shape, const T* x, const T* w, const T* bias, T* y);
template <class T>
void depthwise_conv2d_backward_input(const Conv2dShape& shape, const T* w, const T* dy, T* dx);
template <class T>
void depthwise_conv2d_backward_weight(const Conv2dShape& shape, const T* x, const T* dy, T* dw);

}  // namespace limn::kernels
