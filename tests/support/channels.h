// Pictures between PyTorch's layout, channels first, and limn's, channels last.
#pragma once

#include <cstdint>

#include "limn/autograd/variable.h"
#include "limn/core/dispatch.h"

namespace limn::test {

/// Each of `count` matrices [rows, columns] of x turned over, as a tensor of shape `shape`.
inline Tensor turned_over(const Tensor& x, const Shape& shape, std::int64_t rows,
                          std::int64_t columns) {
  Tensor y(shape, x.dtype());
  for_floating(x.dtype(), "turned_over", [&]<class T>() {
    const T* from = x.data<T>();
    for (std::int64_t i = 0; i < x.elements(); ++i) {
      const std::int64_t matrix = i / (rows * columns), at = i % (rows * columns);
      y.data<T>()[matrix * rows * columns + at % columns * rows + at / columns] = from[i];
    }
  });
  return y;
}

/// [B, C, H, W] to [B, H, W, C].
inline Tensor channels_last(const Tensor& x) {
  const Shape& s = x.shape();
  return turned_over(x, Shape{s[0], s[2], s[3], s[1]}, s[1], s[2] * s[3]);
}
/// [B, H, W, C] to [B, C, H, W].
inline Tensor channels_first(const Tensor& x) {
  const Shape& s = x.shape();
  return turned_over(x, Shape{s[0], s[3], s[1], s[2]}, s[1] * s[2], s[3]);
}

/// The same with a gradient.
inline Variable channels_last(const Variable& x) {
  return Variable::make(channels_last(x.value()), {x},
                        [x](const Tensor& dy) { x.add_to_grad(channels_first(dy)); });
}
inline Variable channels_first(const Variable& x) {
  return Variable::make(channels_first(x.value()), {x},
                        [x](const Tensor& dy) { x.add_to_grad(channels_last(dy)); });
}

}  // namespace limn::test
