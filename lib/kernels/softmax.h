// Softmax and its logarithm along one axis.
#pragma once

#include <cstdint>

namespace limn::kernels {

/// x [outer, n, inner], normalised along n.
struct SoftmaxShape {
  std::int64_t outer = 0;
  std::int64_t n = 0;
  std::int64_t inner = 1;
};

template <class T>
void softmax(const SoftmaxShape& shape, const T* x, T* y);
/// dx += y ⊙ (dy − Σ dy ⊙ y)
template <class T>
void softmax_backward(const SoftmaxShape& shape, const T* y, const T* dy, T* dx);

template <class T>
void log_softmax(const SoftmaxShape& shape, const T* x, T* y);
/// dx += dy − exp(y) Σ dy; where y is −∞, dy counts as 0.
template <class T>
void log_softmax_backward(const SoftmaxShape& shape, const T* y, const T* dy, T* dx);

}  // namespace limn::kernels
