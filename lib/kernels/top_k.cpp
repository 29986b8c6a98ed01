#include "kernels/top_k.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "kernels/row_reduce.h"
#include "kernels/scratch.h"

namespace limn::kernels {
namespace {

constexpr std::int64_t kBlockVectors = 8;  // a few blocks hold what is looked for

template <class T>
constexpr T kNone = -std::numeric_limits<T>::infinity();

template <class T>
constexpr std::int64_t kBlock = kBlockVectors* kLanes<T>;

template <class T>
struct Block {
  T largest;
  std::int64_t begin;

  // Later to be looked into: its elements are smaller, or equal and behind.
  friend bool operator<(const Block& a, const Block& b) {
    return a.largest < b.largest || (a.largest == b.largest && a.begin > b.begin);
  }
};

// Those of x; false if there is a NaN.
template <class T>
bool find_blocks(std::int64_t n, const T* x, Block<T>* blocks) {
  Integers<T> nan{};
  for (std::int64_t begin = 0; begin < n; begin += kBlock<T>) {
    Vector<T> largest = broadcast<T>(kNone<T>);
    for (std::int64_t i = begin; i < std::min(begin + kBlock<T>, n); i += kLanes<T>) {
      const Vector<T> v = load_up_to<T>(x + i, n - i, kNone<T>);
      nan |= v != v;
      largest = v > largest ? v : largest;
    }
    *blocks++ = {max_of_lanes<T>(largest), begin};
  }
  std::int64_t lane = 0;
  while (lane < kLanes<T> && nan[lane] == 0) ++lane;
  return lane == kLanes<T>;
}

// Into k falling values, of equal ones the lower index first; the last one falls off.
template <class T>
void insert(std::int64_t k, T value, std::int32_t index, T* values, std::int32_t* indices) {
  const auto before = [&](std::int64_t place) {
    return value > values[place] || (value == values[place] && index < indices[place]);
  };
  if (!before(k - 1)) return;
  std::int64_t place = k - 1;
  for (; place > 0 && before(place - 1); --place) {
    values[place] = values[place - 1];
    indices[place] = indices[place - 1];
  }
  values[place] = value;
  indices[place] = index;
}

// The column of the first NaN, or -1. Blocks are looked through by their largest element, until
// that is behind the k-th so far. `blocks` has room for all of them.
template <class T>
std::int64_t top_k_row(const TopK& what, const T* x, Block<T>* blocks, T* values,
                       std::int32_t* indices) {
  if (!find_blocks(what.columns, x, blocks)) {
    return std::find_if(x, x + what.columns, [](T value) { return std::isnan(value); }) - x;
  }
  std::fill_n(values, what.k, kNone<T>);
  std::fill_n(indices, what.k, -1);
  Block<T>* end = blocks + ceil_divide(what.columns, kBlock<T>);
  std::make_heap(blocks, end);
  for (; end != blocks; --end) {
    const auto [largest, begin] = *blocks;
    if (largest == kNone<T> || largest < values[what.k - 1]) break;
    std::pop_heap(blocks, end);
    for (std::int64_t i = begin; i < std::min(begin + kBlock<T>, what.columns); ++i) {
      if (x[i] < values[what.k - 1] || x[i] == kNone<T>) continue;
      if (what.excluded != nullptr && what.excluded[i] != 0) continue;
      insert(what.k, x[i], static_cast<std::int32_t>(i), values, indices);
    }
  }
  return -1;
}

}  // namespace

template <class T>
std::int64_t top_k(const TopK& what, const T* x, T* values, std::int32_t* indices) {
  constexpr auto none = std::numeric_limits<std::int64_t>::max();
  std::int64_t first_nan = none;
  const bool parallel = what.rows * what.columns >= 32768;
  const ThreadScratch<Block<T>> blocks(parallel, ceil_divide(what.columns, kBlock<T>));
#pragma omp parallel for schedule(static) reduction(min : first_nan) if (parallel)
  for (std::int64_t row = 0; row < what.rows; ++row) {
    const std::int64_t nan = top_k_row(what, x + row * what.columns, blocks.mine(),
                                       values + row * what.k, indices + row * what.k);
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
      if (of[i] == kNone<T> || (what.excluded != nullptr && what.excluded[i] != 0)) continue;
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
