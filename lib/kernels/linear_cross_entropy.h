// An affine map and the cross-entropy of its results, in blocks of rows.
#pragma once

#include <cstdint>

#include "kernels/cross_entropy.h"

namespace limn::kernels {

/// Logits x [rows, inputs] · weight [classes, inputs]ᵀ + bias [classes].
template <class T>
struct LinearLogits {
  std::int64_t inputs = 0;
  const T* x = nullptr;
  const T* weight = nullptr;
  const T* bias = nullptr;  ///< may be nullptr
};

/// Of Σ weights [rows] · objective, overwritten; nullptr: not wanted.
template <class T>
struct LinearCrossEntropyGradients {
  const float* weights = nullptr;
  T* dx = nullptr;
  T* dweight = nullptr;
  T* dbias = nullptr;
};

/// The terms of every row. Only the logits of one block of rows exist at a time.
template <class T>
void linear_cross_entropy(const CrossEntropyRows& rows, const LinearLogits<T>& linear,
                          const CrossEntropyTerms<T>& terms);

/// The terms and the gradients, from the same logits.
template <class T>
void linear_cross_entropy_gradient(const CrossEntropyRows& rows, const LinearLogits<T>& linear,
                                   const CrossEntropyTerms<T>& terms,
                                   const LinearCrossEntropyGradients<T>& gradients);

}  // namespace limn::kernels
