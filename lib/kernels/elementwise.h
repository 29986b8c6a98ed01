// Loops over elements, one to one. Backward kernels add into dx.
#pragma once

#include <cstdint>

namespace limn::kernels {

/// y += alpha x
template <class T>
void axpy(std::int64_t n, T alpha, const T* x, T* y);
/// y = scale x + offset; y may be x.
template <class T>
void affine(std::int64_t n, T scale, T offset, const T* x, T* y);

}  // namespace limn::kernels
