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
/// d = dy where y is strictly between the limits, else 0: the gradient before they cut off, which
/// is that of the residual too.
template <class T>
void batch_norm_cut(const BatchNorm<T>& norm, const T* dy, T* d);

/// Sums over rows, overwritten: sum_dy [C] = Σ dy, sum_dy_xhat [C] = Σ dy · (x − mean) ·
/// inverse_deviation: the gradients of beta and gamma. The same on any number of threads.
template <class T>
void batch_norm_sums(std::int64_t rows, std::int64_t channels, const T* x, const T* dy,
                     const T* mean, const T* inverse_deviation, T* sum_dy, T* sum_dy_xhat);

/// dx += gamma · inverse_deviation · (dy − (sum_dy + xhat · sum_dy_xhat) / rows).
template <class T>
void batch_norm_backward(std::int64_t rows, std::int64_t channels, const T* x, const T* dy,
                         const T* mean, const T* inverse_deviation, const T* gamma, const T* sum_dy,
                         const T* sum_dy_xhat, T* dx);

/// dx += gamma · inverse_deviation · dy: with constant statistics.
template <class T>
void batch_norm_backward_fixed(std::int64_t rows, std::int64_t channels, const T* dy,
                               const T* inverse_deviation, const T* gamma, T* dx);

}  // namespace limn::kernels
