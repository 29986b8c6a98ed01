// Normalisation of each column of x [rows, C] over the rows.
#pragma once

#include <cstdint>

#include "kernels/activation.h"

namespace limn::kernels {

/// mean [C] and the biased variance [C] of the columns. The same on any number of threads.
template <class T>
void column_moments(std::int64_t rows, std::int64_t channels, const T* x, T* mean, T* variance);

/// What `batch_norm` reads; all parameters [C].
template <class T>
struct BatchNorm {
  std::int64_t rows, channels;
  const T *x, *mean, *inverse_deviation, *gamma, *beta;
  const T* residual = nullptr;  ///< [rows, C], or none
  Limits limits{};
};
/// y = limits((x − mean) · inverse_deviation · gamma + beta + residual).
template <class T>
void batch_norm(const BatchNorm<T>& norm, T* y);

/// Sums over rows [C]: the gradients of beta and gamma.
template <class T>
struct BatchNormSums {
  T* d;       ///< Σ d
  T* d_xhat;  ///< Σ d · (x − mean) · inverse_deviation
};
/// Without limits: the sums of d = dy. The same on any number of threads.
template <class T>
void batch_norm_backward_sums(const BatchNorm<T>& norm, const T* d, const BatchNormSums<T>& sums);
/// With limits: d = dy where y is strictly between them, else 0, and its sums. d is the gradient of
/// the residual too.
template <class T>
void batch_norm_backward_cut(const BatchNorm<T>& norm, const T* dy, T* d,
                             const BatchNormSums<T>& sums);

/// dx = gamma · inverse_deviation · (d − (sums.d + xhat · sums.d_xhat) / rows). dx may be d.
template <class T>
void batch_norm_backward(const BatchNorm<T>& norm, const T* d, const BatchNormSums<T>& sums, T* dx);
/// dx = gamma · inverse_deviation · d: with constant statistics. dx may be d.
template <class T>
void batch_norm_backward_fixed(const BatchNorm<T>& norm, const T* d, T* dx);

}  // namespace limn::kernels
