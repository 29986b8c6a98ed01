// Cross-entropy of rows of logits with label smoothing. The objective of a row is
// (1 − ε) log p(target) + ε · mean_v log p(v) with p = softmax(row).
#pragma once

#include <cstdint>

namespace limn::kernels {

struct CrossEntropyRows {
  std::int64_t rows = 0;
  std::int64_t classes = 0;
  const std::int32_t* targets = nullptr;  ///< [rows]
  double smoothing = 0;                   ///< ε
};

/// What comes out of each row.
template <class T>
struct CrossEntropyTerms {
  T* log_probability = nullptr;  ///< log p(target) [rows]
  double* objective = nullptr;   ///< [rows]
};

/// Of logits [rows, classes].
template <class T>
void cross_entropy(const CrossEntropyRows& rows, const T* logits,
                   const CrossEntropyTerms<T>& terms);

/// dlogits += the gradient of Σ weights [rows] · objective: weight · ((1 − ε) onehot + ε / V − p);
/// rows of weight 0 get nothing.
template <class T>
void cross_entropy_backward(const CrossEntropyRows& rows, const T* logits, const T* weights,
                            T* dlogits);

/// Of logits + bias [classes]; bias may be nullptr. The logits are used up.
template <class T>
void cross_entropy_in_place(const CrossEntropyRows& rows, const T* bias, T* logits,
                            const CrossEntropyTerms<T>& terms);
/// The same, and the logits are replaced by the gradient.
template <class T>
void cross_entropy_gradient_in_place(const CrossEntropyRows& rows, const T* bias,
                                     const float* weights, T* logits,
                                     const CrossEntropyTerms<T>& terms);

}  // namespace limn::kernels
