// Adam over many parameters in one pass.
#pragma once

#include <cstdint>
#include <span>

namespace limn::kernels {

template <class T>
struct AdamParameter {
  std::int64_t n;
  T* x;
  const T* dx;
  T* mean;               ///< m
  T* square;             ///< v
  double rate;           ///< lr / (1 − β₁ᵗ)
  double square_factor;  ///< 1 / (1 − β₂ᵗ)
  double shrink;         ///< 1 − lr·λ of a decoupled weight decay; 1 without
};

struct AdamRule {
  double beta1, beta2, epsilon;
  double weight_decay;  ///< added to the gradient
};

/// g = dx + weight_decay · x; m = β₁ m + (1 − β₁) g; v = β₂ v + (1 − β₂) g²;
/// x = shrink · x − rate · m / (√(square_factor · v) + ε). Denormal m and v become 0: a row of an
/// embedding that is not met for long would slow down every update from then on. The same bits on
/// any number of threads.
template <class T>
void adam(const AdamRule& rule, std::span<const AdamParameter<T>> parameters);

}  // namespace limn::kernels
