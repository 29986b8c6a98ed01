// Pooling of channels-last pictures over any windows that are a product of rows and columns.
#pragma once

#include <cstdint>
#include <span>

namespace limn::kernels {

/// The input positions begin, begin + step, … < end along one axis; an average divides by the
/// product of the two axes' `count`s.
struct PoolWindow {
  std::int64_t begin = 0;
  std::int64_t end = 0;
  std::int64_t step = 1;
  std::int64_t count = 0;
};

/// x [B, H, W, C] to y [B, rows.size(), columns.size(), C].
struct Pool2dShape {
  std::int64_t batch = 0;
  std::int64_t height = 0;
  std::int64_t width = 0;
  std::int64_t channels = 0;
  std::span<const PoolWindow> rows;
  std::span<const PoolWindow> columns;
};

/// The largest element of each window; NaN if it holds one. `index` [as y]: its pixel (row · W +
/// column) in the picture, the first if there are several.
template <class T>
void max_pool2d(const Pool2dShape& shape, const T* x, T* y, std::int32_t* index);
/// dx += dy at the pixels in `index`.
template <class T>
void max_pool2d_backward(const Pool2dShape& shape, const T* dy, const std::int32_t* index, T* dx);

template <class T>
void avg_pool2d(const Pool2dShape& shape, const T* x, T* y);
template <class T>
void avg_pool2d_backward(const Pool2dShape& shape, const T* dy, T* dx);

}  // namespace limn::kernels
