#include "kernels/step_attention.h"

#include "kernels/row_reduce.h"
#include "kernels/scratch.h"

namespace limn::kernels {
namespace {

template <class T>
T dot(std::int64_t n, const T* a, const T* b) {
  return static_cast<T>(
      row_sum<T>(n, a, T(0), [&](std::int64_t i, const Vector<T>& v) -> Vector<T> {
        return v * load_up_to<T>(b + i, n - i, T(0));
      }));
}

// One head of one row, whose first column is `column`.
template <class T>
void attend(const StepAttention<T>& a, std::int64_t row, std::int64_t column, T* weights, T* y) {
  const std::int64_t columns = a.heads * a.width;
  const std::int32_t* rows = a.rows + row * a.steps;
  const auto at = [&](std::int64_t step) { return rows[step] * columns + column; };
  const T* q = a.q + row * columns + column;
  for (std::int64_t s = 0; s < a.steps; ++s) {
    weights[s] = rows[s] < 0 ? -std::numeric_limits<T>::infinity()
                             : static_cast<T>(a.scale) * dot(a.width, q, a.keys[s] + at(s));
  }
  const auto scale =
      static_cast<T>(1 / row_exp<T>(a.steps, weights, row_max<T>(a.steps, weights), weights));
  T* to = y + row * columns + column;
  std::fill_n(to, a.width, T(0));
  for (std::int64_t s = 0; s < a.steps; ++s) {
    if (rows[s] < 0) continue;
    const T* value = a.values[s] + at(s);
    const T weight = weights[s] * scale;
#pragma omp simd
    for (std::int64_t i = 0; i < a.width; ++i) to[i] += weight * value[i];
  }
}

}  // namespace

template <class T>
void step_attention(const StepAttention<T>& a, T* y) {
  const std::int64_t tasks = a.n * a.heads;
  const bool parallel = tasks * a.steps * a.width >= 32768;
  const ThreadScratch<T> weights(parallel, a.steps);
#pragma omp parallel for schedule(static) if (parallel)
  for (std::int64_t task = 0; task < tasks; ++task)
    attend(a, task / a.heads, task % a.heads * a.width, weights.mine(), y);
}

template void step_attention(const StepAttention<float>&, float*);
template void step_attention(const StepAttention<double>&, double*);

}  // namespace limn::kernels
