#include "kernels/weighted_sum.h"

#include <array>

#include "kernels/blocks.h"
#include "kernels/row_reduce.h"

namespace limn::kernels {
namespace {

// A share of the work: so many columns of all regions, taken a few regions at a time so that the
// rows of an image find them in cache.
constexpr std::int64_t kColumns = 512;
constexpr std::int64_t kRegions = 8;

// out += Σ_k weight(k) · row(k) over n columns.
template <class T, class Weight, class Row>
void add_weighted_rows(std::int64_t n, std::int64_t count, Weight&& weight, Row&& row, T* out) {
  std::int64_t k = 0;
  for (; k + 4 <= count; k += 4) {
    const T *a = row(k), *b = row(k + 1), *c = row(k + 2), *d = row(k + 3);
    const T wa = weight(k), wb = weight(k + 1), wc = weight(k + 2), wd = weight(k + 3);
#pragma omp simd
    for (std::int64_t j = 0; j < n; ++j)
      out[j] += (wa * a[j] + wb * b[j]) + (wc * c[j] + wd * d[j]);
  }
  for (; k < count; ++k) {
    const T* a = row(k);
    const T w = weight(k);
#pragma omp simd
    for (std::int64_t j = 0; j < n; ++j) out[j] += w * a[j];
  }
}

// The products of x with N rows.
template <class T, std::size_t N>
std::array<T, N> dots(std::int64_t n, const T* x, const std::array<const T*, N>& rows) {
  std::array<Vector<T>, N> sums;
  for (Vector<T>& sum : sums) sum = broadcast<T>(0);
  for (std::int64_t j = 0; j < n; j += kLanes<T>) {
    const Vector<T> v = load_up_to<T>(x + j, n - j, T(0));
    for (std::size_t k = 0; k < N; ++k) sums[k] += v * load_up_to<T>(rows[k] + j, n - j, T(0));
  }
  std::array<T, N> result;
  for (std::size_t k = 0; k < N; ++k) result[k] = static_cast<T>(sum_of_lanes<T>(sums[k]));
  return result;
}

// dweights of region i by N rows of its image.
template <std::size_t N, class T>
void add_dots(const WeightedSumShape& s, const std::int64_t* rows, std::int64_t i, const T* value,
              const T* dsums, T* dweights) {
  std::array<const T*, N> d;
  for (std::size_t k = 0; k < N; ++k) d[k] = dsums + rows[k] * s.features;
  const std::array<T, N> products = dots<T, N>(s.features, value, d);
  for (std::size_t k = 0; k < N; ++k) dweights[rows[k] * s.regions + i] += products[k];
}

// Calls body(image, begin, size) for all images and blocks of `whole`, in parallel when there is
// `work` for several threads.
template <class Body>
void for_each_block(const RowGroups& groups, std::int64_t whole, std::int64_t block,
                    std::int64_t work, Body&& body) {
  const std::int64_t blocks = ceil_divide(whole, block);
#pragma omp parallel for schedule(static) if (work >= 65536)
  for (std::int64_t share = 0; share < groups.images() * blocks; ++share) {
    const std::int64_t begin = share % blocks * block;
    body(share / blocks, begin, std::min(block, whole - begin));
  }
}

std::int64_t work_of(const WeightedSumShape& s) { return s.rows * s.regions * s.features; }

}  // namespace

template <class T>
void weighted_sum(const WeightedSumShape& s, const RowGroups& groups, const T* weights,
                  const T* values, T* sums) {
  for_each_block(groups, s.features, kColumns, work_of(s),
                 [&](std::int64_t image, std::int64_t column, std::int64_t n) {
                   const auto rows = groups.of(image);
                   for (const std::int64_t row : rows)
                     std::fill_n(sums + row * s.features + column, n, T(0));
                   for (std::int64_t i = 0; i < s.regions; i += kRegions) {
                     const T* value = values + (image * s.regions + i) * s.features + column;
                     for (const std::int64_t row : rows) {
                       const T* weight = weights + row * s.regions + i;
                       add_weighted_rows(
                           n, std::min(kRegions, s.regions - i),
                           [&](std::int64_t k) { return weight[k]; },
                           [&](std::int64_t k) { return value + k * s.features; },
                           sums + row * s.features + column);
                     }
                   }
                 });
}

template <class T>
void weighted_sum_backward_weights(const WeightedSumShape& s, const RowGroups& groups,
                                   const T* values, const T* dsums, T* dweights) {
  for_each_block(groups, s.regions, kRegions, work_of(s),
                 [&](std::int64_t image, std::int64_t begin, std::int64_t size) {
                   const auto rows = groups.of(image);
                   for (std::int64_t i = begin; i < begin + size; ++i) {
                     const T* value = values + (image * s.regions + i) * s.features;
                     std::size_t k = 0;
                     for (; k + 4 <= rows.size(); k += 4)
                       add_dots<4>(s, &rows[k], i, value, dsums, dweights);
                     for (; k < rows.size(); ++k)
                       add_dots<1>(s, &rows[k], i, value, dsums, dweights);
                   }
                 });
}

template <class T>
void weighted_sum_backward_values(const WeightedSumShape& s, const RowGroups& groups,
                                  const T* weights, const T* dsums, T* dvalues) {
  for_each_block(
      groups, s.features, kColumns, work_of(s),
      [&](std::int64_t image, std::int64_t column, std::int64_t n) {
        const auto rows = groups.of(image);
        const auto row = [&](std::int64_t k) { return rows[static_cast<std::size_t>(k)]; };
        for (std::int64_t i = 0; i < s.regions; ++i) {
          add_weighted_rows(
              n, std::ssize(rows), [&](std::int64_t k) { return weights[row(k) * s.regions + i]; },
              [&](std::int64_t k) { return dsums + row(k) * s.features + column; },
              dvalues + (image * s.regions + i) * s.features + column);
        }
      });
}

#define LIMN_INSTANTIATE(T)                                                                        \
  template void weighted_sum(const WeightedSumShape&, const RowGroups&, const T*, const T*, T*);   \
  template void weighted_sum_backward_weights(const WeightedSumShape&, const RowGroups&, const T*, \
                                              const T*, T*);                                       \
  template void weighted_sum_backward_values(const WeightedSumShape&, const RowGroups&, const T*,  \
                                             const T*, T*);
LIMN_INSTANTIATE(float)
LIMN_INSTANTIATE(double)
#undef LIMN_INSTANTIATE

}  // namespace limn::kernels
