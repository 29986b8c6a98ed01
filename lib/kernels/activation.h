// Pointwise non-linear functions over n elements.
#pragma once

#include <cstdint>

namespace limn::kernels {

enum class Activation { identity, relu, relu6, tanh, sigmoid };

/// y = f(x)
template <class T>
void activation(Activation function, std::int64_t n, const T* x, T* y);
/// dx += dy · f'(x), computed from y = f(x)
template <class T>
void activation_backward(Activation function, std::int64_t n, const T* y, const T* dy, T* dx);

}  // namespace limn::kernels
