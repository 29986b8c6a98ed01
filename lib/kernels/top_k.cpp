#include "kernels/top_k.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

namespace limn::kernels {
namespace {

constexpr std::int64_t kBlock = 64;

// True for NaN as well.
template <class T>
bool any_above(std::int64_t n, const T* x, T threshold) {
  int any = 0;
  for (std::int64_t i = 0; i < n; ++i) any |= static_cast<int>(!(x[i] <= threshold));
  return any != 0;
}

// Into k falling values, behind equal ones; the last one falls off.
template <class T>
void insert(std::int64_t k, T value, std::int32_t index, T* values, std::int32_t* indices) {
  std::int64_t place = k - 1;
  for (; place > 0 && values[place - 1] < value; --place) {
    values[place] = values[place - 1];
    indices[place] = indices[place - 1];
  }
  values[place] = value;
  indices[place] = index;
}

// The column of the first NaN met, or -1. Blocks without a value above the k-th so far are skipped.
template <class T>
std::int64_t top_k_row(const TopK& what, const T* x, T* values, std::int32_t* indices) {
  T threshold = -std::numeric_limits<T>::infinity();
  std::fill_n(values, what.k, threshold);
  std::fill_n(indices, what.k, -1);
  for (std::int64_t begin = 0; begin < what.columns; begin += kBlock) {
    const std::int64_t end = std::min(begin + kBlock, what.columns);
    if (!any_above(end - begin, x + begin, threshold)) continue;
    for (std::int64_t i = begin; i < end; ++i) {
      if (x[i] <= threshold) continue;
      if (std::isnan(x[i])) return i;
      if (what.excluded != nullptr && what.excluded[i] != 0) continue;
      insert(what.k, x[i], static_cast<std::int32_t>(i), values, indices);
      threshold = values[what.k - 1];
    }
  }
  return -1;
}

}  // namespace

template <class T>
std::int64_t top_k(const TopK& what, const T* x, T* values, std::int32_t* indices) {
  constexpr auto none = std::numeric_limits<std::int64_t>::max();
  std::int64_t first_nan = none;
#pragma omp parallel for schedule(static) \
    reduction(min                         \
              : first_nan) if (what.rows * what.columns >= 32768)
  for (std::int64_t row = 0; row < what.rows; ++row) {
    const std::int64_t nan =
        top_k_row(what, x + row * what.columns, values + row * what.k, indices + row * what.k);
    if (nan >= 0) first_nan = std::min(first_nan, row * what.columns + nan);
  }
  return first_nan == none ? -1 : first_nan;
}

template <class T>
std::int64_t top_k_naive(const TopK& what, const T* x, T* values, std::int32_t* indices) {
  std::vector<std::int32_t> order(static_cast<std::size_t>(what.columns));
  for (std::int64_t row = 0; row < what.rows; ++row) {
    const T* of = x + row * what.columns;
    for (std::int64_t i = 0; i < what.columns; ++i) {
      if (std::isnan(of[i])) return row * what.columns + i;
    }
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return of[a] > of[b]; });
    std::int64_t found = 0;
    for (const std::int32_t i : order) {
      if (found == what.k) break;
      if (std::isinf(of[i]) || (what.excluded != nullptr && what.excluded[i] != 0)) continue;
      values[row * what.k + found] = of[i];
      indices[row * what.k + found++] = i;
    }
    for (; found < what.k; ++found) {
      values[row * what.k + found] = -std::numeric_limits<T>::infinity();
      indices[row * what.k + found] = -1;
    }
  }
  return -1;
}

template std::int64_t top_k(const TopK&, const float*, float*, std::int32_t*);
template std::int64_t top_k(const TopK&, const double*, double*, std::int32_t*);
template std::int64_t top_k_naive(const TopK&, const float*, float*, std::int32_t*);
template std::int64_t top_k_naive(const TopK&, const double*, double*, std::int32_t*);

}  // namespace limn::kernels
