#include "kernels/mixture.h"

#include <cmath>
#include <limits>

#include "kernels/row_reduce.h"
#include "kernels/vector_log.h"

namespace limn::kernels {
namespace {

template <class T>
constexpr T kNone = -std::numeric_limits<T>::infinity();

// Calls body(place of a row's first element) for all rows.
template <class T, class Body>
void for_each_row(const Mixture<T>& what, Body&& body) {
#pragma omp parallel for schedule(static) if (what.rows * what.columns >= 4096)
  for (std::int64_t row = 0; row < what.rows; ++row) body(row * what.columns);
}

// log Σ_k w_k exp(x_k) of the `left` elements from `at` on, or of as many as a vector has.
template <class T>
Vector<T> mixed(const Mixture<T>& what, std::int64_t at, std::int64_t left) {
  Vector<T> largest = load_up_to<T>(what.members.front() + at, left, kNone<T>);
  for (std::size_t k = 1; k < what.members.size(); ++k) {
    const Vector<T> x = load_up_to<T>(what.members[k] + at, left, kNone<T>);
    largest = x > largest ? x : largest;
  }
  const Vector<T> shift = largest == kNone<T> ? broadcast<T>(0) : largest;
  Vector<T> sum = broadcast<T>(0);
  for (std::size_t k = 0; k < what.members.size(); ++k) {
    const Vector<T> x = load_up_to<T>(what.members[k] + at, left, kNone<T>);
    sum += what.weights[k] * exp<T>(x - shift);
  }
  return shift + log<T>(sum);
}

template <class T>
Vector<T> weighted_sum(const Mixture<T>& what, std::int64_t at, std::int64_t left) {
  Vector<T> sum = broadcast<T>(0);
  for (std::size_t k = 0; k < what.members.size(); ++k)
    sum += what.weights[k] * load_up_to<T>(what.members[k] + at, left, kNone<T>);
  return sum;
}

template <class T>
void normalise(std::int64_t n, T* y) {
  const T largest = row_max<T>(n, y);
  if (largest == kNone<T>) return;
  const T total = largest + static_cast<T>(std::log(row_exp_sum<T>(n, y, largest)));
  for (std::int64_t i = 0; i < n; ++i) y[i] -= total;
}

}  // namespace

template <class T>
void mix_probabilities(const Mixture<T>& what, T* y) {
  for_each_row(what, [&](std::int64_t row) {
    for (std::int64_t i = 0; i < what.columns; i += kLanes<T>)
      store_up_to<T>(y + row + i, mixed(what, row + i, what.columns - i), what.columns - i);
  });
}

template <class T>
void mix_log_probabilities(const Mixture<T>& what, T* y) {
  for_each_row(what, [&](std::int64_t row) {
    for (std::int64_t i = 0; i < what.columns; i += kLanes<T>)
      store_up_to<T>(y + row + i, weighted_sum(what, row + i, what.columns - i), what.columns - i);
    normalise(what.columns, y + row);
  });
}

template void mix_probabilities(const Mixture<float>&, float*);
template void mix_probabilities(const Mixture<double>&, double*);
template void mix_log_probabilities(const Mixture<float>&, float*);
template void mix_log_probabilities(const Mixture<double>&, double*);

}  // namespace limn::kernels
