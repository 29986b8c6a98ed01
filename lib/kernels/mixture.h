// Averages of distributions that are given as log-probabilities.
#pragma once

#include <cstdint>
#include <vector>

namespace limn::kernels {

template <class T>
struct Mixture {
  std::int64_t rows = 0;
  std::int64_t columns = 0;
  std::vector<const T*> members;  ///< x_k [rows, columns]
  std::vector<T> weights;         ///< w_k, their sum is 1
};

/// y = log Σ_k w_k exp(x_k)
template <class T>
void mix_probabilities(const Mixture<T>& what, T* y);
/// y = Σ_k w_k x_k, normalised over the columns: minus the logarithm of Σ exp of it. A row of −∞
/// stays one.
template <class T>
void mix_log_probabilities(const Mixture<T>& what, T* y);

}  // namespace limn::kernels
