// Convolution of channels-last pictures. x [B, H, W, C], y [B, H', W', O], w [O, C/groups, kh, kw].
#pragma once

#include <array>
#include <cstdint>

namespace limn::kernels {

/// Sizes of one convolution; pairs are {vertical, horizontal}.
struct Conv2dShape {
  using Pair = std::array<std::int64_t, 2>;

  std::int64_t batch = 0;
  std::int64_t in_channels = 0;
  std::int64_t out_channels = 0;
  std::int64_t groups = 1;
  Pair input{};
  Pair output{};
  Pair kernel{1, 1};
  Pair stride{1, 1};
  Pair dilation{1, 1};
  Pair pad{};  ///< zeros before the first row and column; those behind follow from `output`

  std::int64_t in_pixels() const { return input[0] * input[1]; }
  std::int64_t out_pixels() const { return output[0] * output[1]; }
  std::int64_t taps() const { return kernel[0] * kernel[1]; }
  std::int64_t group_in() const { return in_channels / groups; }
  std::int64_t group_out() const { return out_channels / groups; }
  /// Length of a patch: what one output element of one group sees.
  std::int64_t patch() const { return taps() * group_in(); }
  /// Every output pixel sees exactly the input pixel at its place.
  bool pointwise() const {
    return taps() == 1 && groups == 1 && stride == Pair{1, 1} && pad == Pair{0, 0} &&
           input == output;
  }
  bool depthwise() const { return groups == in_channels && out_channels == in_channels; }
};

/// y = x ∗ w + bias; `bias` [O] may be nullptr.
template <class T>
void conv2d(const Conv2dShape& shape, const T* x, const T* w, const T* bias, T* y);
/// dx += the gradient of x.
template <class T>
void conv2d_backward_input(const Conv2dShape& shape, const T* w, const T* dy, T* dx);
/// dw += the gradient of w.
template <class T>
void conv2d_backward_weight(const Conv2dShape& shape, const T* x, const T* dy, T* dw);
/// dbias [O] += the gradient of the bias.
template <class T>
void conv2d_backward_bias(const Conv2dShape& shape, const T* dy, T* dbias);

/// The references of the tests.
template <class T>
void conv2d_naive(const Conv2dShape& shape, const T* x, const T* w, const T* bias, T* y);
template <class T>
void conv2d_backward_naive(const Conv2dShape& shape, const T* x, const T* w, const T* dy, T* dx,
                           T* dw);

}  // namespace limn::kernels
