// x Φ(x), the Gaussian error linear unit.
#pragma once

#include <cstdint>

namespace limn::kernels {

/// The exact Φ, or (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2.
enum class GeluForm { erf, tanh };

/// y = gelu(x)
template <class T>
void gelu(GeluForm form, std::int64_t n, const T* x, T* y);
/// dx += dy · gelu'(x)
template <class T>
void gelu_backward(GeluForm form, std::int64_t n, const T* x, const T* dy, T* dx);

}  // namespace limn::kernels
