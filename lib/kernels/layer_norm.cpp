#include "kernels/layer_norm.h"

#include <algorithm>
#include <cmath>

#include "kernels/row_reduce.h"
#include "kernels/scratch.h"

namespace limn::kernels {
namespace {

template <class T>
RowMoments<T> moments_of(const LayerNormShape& s, const T* x) {
  const auto n = static_cast<double>(s.n);
  const auto mean = static_cast<T>(row_sum<T>(s.n, x) / n);
  const double squares = row_sum<T>(
      s.n, x, mean,
      [&](std::int64_t, const Vector<T>& v) -> Vector<T> { return (v - mean) * (v - mean); });
  if (s.unbiased) {
    const double deviation = std::sqrt(squares / (n - 1));
    const double curvature = deviation > 0 ? 1 / (deviation * (n - 1)) : 0;
    return {mean, static_cast<T>(1 / (deviation + s.epsilon)), static_cast<T>(curvature)};
  }
  const double inverse = 1 / std::sqrt(squares / n + s.epsilon);
  return {mean, static_cast<T>(inverse), static_cast<T>(inverse / n)};
}

// Sums over rows are made in shares of them, which depend on their number alone.
std::int64_t row_shares(std::int64_t rows) { return std::clamp<std::int64_t>(rows / 32, 1, 64); }

template <class T>
void add_parameter_gradients(const LayerNormShape& s, std::int64_t row,
                             const LayerNormGradients<T>& g, T* dweight, T* dbias) {
  const T* x = g.x + row * s.n;
  const T* dy = g.dy + row * s.n;
  const RowMoments<T> m = g.moments[row];
#pragma omp simd
  for (std::int64_t i = 0; i < s.n; ++i) {
    dweight[i] += dy[i] * ((x[i] - m.mean) * m.inverse);
    dbias[i] += dy[i];
  }
}

// With d = dy · weight: dx += inverse · (d − mean(d)) − curvature · x̂ · Σ d x̂. `d` is scratch.
template <class T>
void add_row_gradient(const LayerNormShape& s, std::int64_t row, const LayerNormGradients<T>& g,
                      T* d) {
  const T* x = g.x + row * s.n;
  const T* dy = g.dy + row * s.n;
  T* dx = g.dx + row * s.n;
  const RowMoments<T> m = g.moments[row];
#pragma omp simd
  for (std::int64_t i = 0; i < s.n; ++i) d[i] = g.weight == nullptr ? dy[i] : dy[i] * g.weight[i];
  const auto mean = static_cast<T>(row_sum<T>(s.n, d) / static_cast<double>(s.n));
  const double dot = row_sum<T>(s.n, d, T(0), [&](std::int64_t i, const Vector<T>& v) -> Vector<T> {
    return v * (load_up_to<T>(x + i, s.n - i, m.mean) - m.mean);
  });
  const auto pull = static_cast<T>(dot) * m.inverse * m.inverse * m.curvature;
#pragma omp simd
  for (std::int64_t i = 0; i < s.n; ++i)
    dx[i] += m.inverse * (d[i] - mean) - pull * (x[i] - m.mean);
}

}  // namespace

template <class T>
void layer_norm(const LayerNormShape& s, const T* x, const T* weight, const T* bias,
                RowMoments<T>* moments, T* y) {
#pragma omp parallel for schedule(static) if (s.rows * s.n >= 16384)
  for (std::int64_t row = 0; row < s.rows; ++row) {
    const T* in = x + row * s.n;
    T* out = y + row * s.n;
    const RowMoments<T> m = moments_of(s, in);
    moments[row] = m;
#pragma omp simd
    for (std::int64_t i = 0; i < s.n; ++i) {
      const T normal = (in[i] - m.mean) * m.inverse;
      out[i] =
          (weight == nullptr ? normal : normal * weight[i]) + (bias == nullptr ? T(0) : bias[i]);
    }
  }
}

template <class T>
void layer_norm_backward(const LayerNormShape& s, const LayerNormGradients<T>& g) {
  const std::int64_t shares = row_shares(s.rows);
  const bool parameters = g.dweight != nullptr || g.dbias != nullptr;
  Scratch<T> scratch(shares * 3 * s.n);
#pragma omp parallel for schedule(static) if (s.rows * s.n >= 16384)
  for (std::int64_t share = 0; share < shares; ++share) {
    T* dweight = scratch.data() + share * 3 * s.n;
    T* dbias = dweight + s.n;
    std::fill_n(dweight, 2 * s.n, T(0));
    for (std::int64_t row = share * s.rows / shares; row < (share + 1) * s.rows / shares; ++row) {
      if (parameters) add_parameter_gradients(s, row, g, dweight, dbias);
      if (g.dx != nullptr) add_row_gradient(s, row, g, dbias + s.n);
    }
  }
  for (std::int64_t share = 0; share < shares; ++share) {
    const T* sums = scratch.data() + share * 3 * s.n;
    for (std::int64_t i = 0; g.dweight != nullptr && i < s.n; ++i) g.dweight[i] += sums[i];
    for (std::int64_t i = 0; g.dbias != nullptr && i < s.n; ++i) g.dbias[i] += sums[s.n + i];
  }
}

#define LIMN_INSTANTIATE(T)                                                                     \
  template void layer_norm(const LayerNormShape&, const T*, const T*, const T*, RowMoments<T>*, \
                           T*);                                                                 \
  template void layer_norm_backward(const LayerNormShape&, const LayerNormGradients<T>&);
LIMN_INSTANTIATE(float)
LIMN_INSTANTIATE(double)
#undef LIMN_INSTANTIATE

}  // namespace limn::kernels
