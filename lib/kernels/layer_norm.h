// Normalisation of each row of x [rows, n].
#pragma once

#include <cstdint>

namespace limn::kernels {

struct LayerNormShape {
  std::int64_t rows;
  std::int64_t n;
  double epsilon;
  bool unbiased;  ///< divide by s + epsilon instead of √(σ² + epsilon), s² = Σ (x − μ)² / (n − 1)
};

/// What backward needs of a row: x̂ = (x − mean) · inverse, and −dinverse/dx = curvature · x̂ ·
/// inverse.
template <class T>
struct RowMoments {
  T mean;
  T inverse;
  T curvature;
};

/// y = x̂ · weight + bias; weight, bias [n] or nullptr (1, 0). Fills moments [rows].
template <class T>
void layer_norm(const LayerNormShape& shape, const T* x, const T* weight, const T* bias,
                RowMoments<T>* moments, T* y);

/// Adds to dx [rows, n], dweight and dbias [n], each of which may be nullptr. The same bits on any
/// number of threads.
template <class T>
struct LayerNormGradients {
  const T* x;
  const T* weight;
  const RowMoments<T>* moments;
  const T* dy;
  T* dx;
  T* dweight;
  T* dbias;
};
template <class T>
void layer_norm_backward(const LayerNormShape& shape, const LayerNormGradients<T>& gradients);

}  // namespace limn::kernels
