#include "kernels/conv2d.h"

namespace limn::kernels {
namespace {

// Calls body(index in y, index in x, index in w) for every product of the convolution.
template <class Body>
void for_each_product(const Conv2dShape& s, Body&& body) {
  const std::int64_t out_positions = s.batch * s.out_pixels() * s.out_channels;
  for (std::int64_t out = 0; out < out_positions; ++out) {
    const std::int64_t o = out % s.out_channels;
    const std::int64_t pixel = out / s.out_channels % s.out_pixels();
    const std::int64_t image = out / s.out_channels / s.out_pixels();
    const std::int64_t group = o / s.group_out();
    for (std::int64_t i = 0; i < s.patch(); ++i) {  // [C/groups, kh, kw]
      const std::int64_t c = i / s.taps();
      const std::int64_t row =
          pixel / s.output[1] * s.stride[0] - s.pad[0] + i % s.taps() / s.kernel[1] * s.dilation[0];
      const std::int64_t column =
          pixel % s.output[1] * s.stride[1] - s.pad[1] + i % s.kernel[1] * s.dilation[1];
      if (row < 0 || row >= s.input[0] || column < 0 || column >= s.input[1]) continue;
      const std::int64_t in = ((image * s.input[0] + row) * s.input[1] + column) * s.in_channels +
                              group * s.group_in() + c;
      body(out, in, o * s.patch() + i);
    }
  }
}

}  // namespace

template <class T>
void conv2d_naive(const Conv2dShape& shape, const T* x, const T* w, const T* bias, T* y) {
  const std::int64_t n = shape.batch * shape.out_pixels() * shape.out_channels;
  for (std::int64_t i = 0; i < n; ++i) y[i] = bias == nullptr ? T(0) : bias[i % shape.out_channels];
  for_each_product(shape, [&](std::int64_t out, std::int64_t in, std::int64_t weight) {
    y[out] += x[in] * w[weight];
  });
}

template <class T>
void conv2d_backward_naive(const Conv2dShape& shape, const T* x, const T* w, const T* dy, T* dx,
                           T* dw) {
  for_each_product(shape, [&](std::int64_t out, std::int64_t in, std::int64_t weight) {
    dx[in] += dy[out] * w[weight];
    dw[weight] += dy[out] * x[in];
  });
}

template void conv2d_naive(const Conv2dShape&, const float*, const float*, const float*, float*);
template void conv2d_naive(const Conv2dShape&, const double*, const double*, const double*,
                           double*);
template void conv2d_backward_naive(const Conv2dShape&, const float*, const float*, const float*,
                                    float*, float*);
template void conv2d_backward_naive(const Conv2dShape&, const double*, const double*, const double*,
                                    double*, double*);

}  // namespace limn::kernels
