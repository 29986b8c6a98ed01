#include "kernels/cross_entropy.h"

#include <cmath>

#include "kernels/row_reduce.h"

namespace limn::kernels {
namespace {

// Adds the bias and returns the largest logit.
template <class T>
T add_bias(std::int64_t n, const T* bias, T* x) {
  if (bias == nullptr) return row_max<T>(n, x);
  constexpr T none = -std::numeric_limits<T>::infinity();
  Vector<T> largest = broadcast<T>(none);
  for (std::int64_t i = 0; i < n; i += kLanes<T>) {
    const Vector<T> v = load_up_to<T>(x + i, n - i, none) + load_up_to<T>(bias + i, n - i, T(0));
    store_up_to<T>(x + i, v, n - i);
    largest = v > largest ? v : largest;
  }
  return max_of_lanes<T>(largest);
}

// What has to be read of a row before its logits are used up.
template <class T>
struct RowLogits {
  T largest;
  T target;
  double mean;  // only when there is smoothing
};

template <class T>
RowLogits<T> read_row(const CrossEntropyRows& r, std::int64_t row, T largest, const T* x) {
  const double mean =
      r.smoothing == 0 ? 0 : row_sum<T>(r.classes, x) / static_cast<double>(r.classes);
  return {largest, x[r.targets[row]], mean};
}

template <class T>
void write_terms(const CrossEntropyRows& r, std::int64_t row, const RowLogits<T>& logits,
                 double exp_sum, const CrossEntropyTerms<T>& terms) {
  const double log_sum = std::log(exp_sum);
  const auto log_p = [&](double logit) {
    return logit - static_cast<double>(logits.largest) - log_sum;
  };
  const double target = log_p(static_cast<double>(logits.target));
  terms.log_probability[row] = static_cast<T>(target);
  terms.objective[row] =
      r.smoothing == 0 ? target : (1 - r.smoothing) * target + r.smoothing * log_p(logits.mean);
}

template <class Body>
void for_each_row(const CrossEntropyRows& r, Body&& body) {
#pragma omp parallel for schedule(static) if (r.rows * r.classes >= 4096)
  for (std::int64_t row = 0; row < r.rows; ++row) body(row, row * r.classes);
}

}  // namespace

template <class T>
void cross_entropy(const CrossEntropyRows& r, const T* logits, const CrossEntropyTerms<T>& terms) {
  for_each_row(r, [&](std::int64_t row, std::int64_t at) {
    const T* x = logits + at;
    const RowLogits<T> read = read_row<T>(r, row, row_max<T>(r.classes, x), x);
    write_terms<T>(r, row, read, row_exp_sum<T>(r.classes, x, read.largest), terms);
  });
}

template <class T>
void cross_entropy_backward(const CrossEntropyRows& r, const T* logits, const T* weights,
                            T* dlogits) {
  for_each_row(r, [&](std::int64_t row, std::int64_t at) {
    const T weight = weights[row];
    if (weight == 0) return;
    const T* x = logits + at;
    T* dx = dlogits + at;
    const T largest = row_max<T>(r.classes, x);
    const T scale = -weight / static_cast<T>(row_exp_sum<T>(r.classes, x, largest));
    const T share = weight * static_cast<T>(r.smoothing / static_cast<double>(r.classes));
    for (std::int64_t i = 0; i < r.classes; i += kLanes<T>) {
      const std::int64_t n = r.classes - i;
      const Vector<T> p = exp<T>(load_up_to<T>(x + i, n, T(0)) - largest);
      store_up_to<T>(dx + i, load_up_to<T>(dx + i, n, T(0)) + (scale * p + share), n);
    }
    dx[r.targets[row]] += weight * static_cast<T>(1 - r.smoothing);
  });
}

template <class T>
void cross_entropy_in_place(const CrossEntropyRows& r, const T* bias, T* logits,
                            const CrossEntropyTerms<T>& terms) {
  for_each_row(r, [&](std::int64_t row, std::int64_t at) {
    T* x = logits + at;
    const RowLogits<T> read = read_row<T>(r, row, add_bias<T>(r.classes, bias, x), x);
    write_terms<T>(r, row, read, row_exp_sum<T>(r.classes, x, read.largest), terms);
  });
}

template <class T>
void cross_entropy_gradient_in_place(const CrossEntropyRows& r, const T* bias, const float* weights,
                                     T* logits, const CrossEntropyTerms<T>& terms) {
  for_each_row(r, [&](std::int64_t row, std::int64_t at) {
    T* x = logits + at;
    const RowLogits<T> read = read_row<T>(r, row, add_bias<T>(r.classes, bias, x), x);
    const double sum = row_exp<T>(r.classes, x, read.largest, x);
    write_terms<T>(r, row, read, sum, terms);
    const auto weight = static_cast<double>(weights[row]);
    const auto scale = static_cast<T>(-weight / sum);
    const auto share = static_cast<T>(weight * r.smoothing / static_cast<double>(r.classes));
#pragma omp simd
    for (std::int64_t i = 0; i < r.classes; ++i) x[i] = scale * x[i] + share;
    x[r.targets[row]] += static_cast<T>(weight * (1 - r.smoothing));
  });
}

#define LIMN_INSTANTIATE(T)                                                                      \
  template void cross_entropy(const CrossEntropyRows&, const T*, const CrossEntropyTerms<T>&);   \
  template void cross_entropy_backward(const CrossEntropyRows&, const T*, const T*, T*);         \
  template void cross_entropy_in_place(const CrossEntropyRows&, const T*, T*,                    \
                                       const CrossEntropyTerms<T>&);                             \
  template void cross_entropy_gradient_in_place(const CrossEntropyRows&, const T*, const float*, \
                                                T*, const CrossEntropyTerms<T>&);
LIMN_INSTANTIATE(float)
LIMN_INSTANTIATE(double)
#undef LIMN_INSTANTIATE

}  // namespace limn::kernels
