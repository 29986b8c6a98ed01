// Stochastic gradient descent over many parameters in one pass.
#pragma once

#include <cstdint>
#include <span>

namespace limn::kernels {

template <class T>
struct SgdParameter {
  std::int64_t n;
  T* x;
  const T* dx;
  T* momentum;  ///< nullptr: none is kept
  double rate;
  double keep;  ///< of the old momentum
  double gain;  ///< of the gradient that enters it
};

/// g = dx + weight_decay · x; momentum = keep · momentum + gain · g; x −= rate · (from_gradient · g
/// + from_momentum · momentum). Without a momentum the direction is g. The same bits on any number
/// of threads.
struct SgdRule {
  double weight_decay;
  double from_gradient, from_momentum;
};
template <class T>
void sgd(const SgdRule& rule, std::span<const SgdParameter<T>> parameters);

}  // namespace limn::kernels
