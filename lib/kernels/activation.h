// Pointwise non-linear functions over n elements.
#pragma once

#include <cstdint>
#include <limits>

namespace limn::kernels {

enum class Activation { identity, relu, relu6, tanh, sigmoid };

/// The limits of relu, relu6 or no activation at all.
struct Limits {
  float low = -std::numeric_limits<float>::infinity();
  float high = std::numeric_limits<float>::infinity();

  /// Only for activations that cut off: identity, relu, relu6.
  static Limits of(Activation activation);
};

/// y = f(x)
template <class T>
void activation(Activation function, std::int64_t n, const T* x, T* y);
/// dx += dy · f'(x), computed from y = f(x)
template <class T>
void activation_backward(Activation function, std::int64_t n, const T* y, const T* dy, T* dx);

}  // namespace limn::kernels
