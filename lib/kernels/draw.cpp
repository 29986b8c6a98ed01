#include "kernels/draw.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <type_traits>

#include "kernels/row_reduce.h"
#include "kernels/scratch.h"

namespace limn::kernels {
namespace {

// exp((x − the largest) / τ), 0 of excluded columns; returns the sum, 0 when there is no largest.
template <class T>
double weigh(const Draw& what, const T* x, T* weights) {
  constexpr T never = -std::numeric_limits<T>::infinity();
  // As a T that does not vanish, and by which −∞ can be divided.
  const T temperature = static_cast<T>(
      std::clamp(what.temperature, static_cast<double>(std::numeric_limits<T>::min()),
                 static_cast<double>(std::numeric_limits<T>::max())));
  std::copy_n(x, what.columns, weights);
  if (what.excluded != nullptr) {
    for (std::int64_t i = 0; i < what.columns; ++i)
      weights[i] = what.excluded[i] != 0 ? never : weights[i];
  }
  const T largest = row_max<T>(what.columns, weights);
  if (largest == never) return 0;
  for (std::int64_t i = 0; i < what.columns; ++i) weights[i] = (weights[i] - largest) / temperature;
  return row_exp<T>(what.columns, weights, T(0), weights);
}

// The heaviest columns: those above a weight, and the first `ties` of those that have it.
template <class T>
struct Nucleus {
  T threshold;
  std::int64_t ties;
  double weight;  // of all of them
};

template <class T>
double weight_from(std::int64_t n, const T* weights, T threshold) {
  return row_sum<T>(n, weights, T(0), [threshold](std::int64_t, const Vector<T>& w) {
    return w >= threshold ? w : broadcast<T>(0);
  });
}

// Bisects for the greatest threshold from which on the weights reach what is needed: floating
// numbers above 0 are in the order of their bits. No sorting, so flat rows are as fast as others.
template <class T>
Nucleus<T> find_nucleus(std::int64_t n, const T* weights, double needed) {
  using Bits = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
  Bits low = 0;                               // reaches it: all columns
  Bits high = std::bit_cast<Bits>(T(1)) + 1;  // more than the heaviest
  while (high - low > 1) {
    const Bits middle = low + (high - low) / 2;
    const double weight = weight_from<T>(n, weights, std::bit_cast<T>(middle));
    (weight >= needed ? low : high) = middle;
  }
  const T threshold = std::bit_cast<T>(low);
  const double above = weight_from<T>(n, weights, std::bit_cast<T>(high));
  const auto wanted =
      static_cast<std::int64_t>(std::ceil((needed - above) / static_cast<double>(threshold)));
  const std::int64_t ties =
      std::clamp<std::int64_t>(wanted, 1, std::count(weights, weights + n, threshold));
  return {threshold, ties, above + static_cast<double>(ties) * static_cast<double>(threshold)};
}

// The column at which the running sum of the nucleus passes `rest`; its last one when rounding
// leaves it short.
template <class T>
std::int32_t column_of(std::int64_t n, const T* weights, Nucleus<T> nucleus, double rest) {
  std::int64_t last = -1;
  for (std::int64_t i = 0; i < n && !(rest < 0); ++i) {
    const bool in =
        weights[i] > nucleus.threshold || (weights[i] == nucleus.threshold && nucleus.ties-- > 0);
    if (!in) continue;
    rest -= static_cast<double>(weights[i]);
    last = i;
  }
  return static_cast<std::int32_t>(last);
}

// `weights` [columns] is working memory.
template <class T>
std::int32_t draw_column(const Draw& what, const T* x, double u, T* weights) {
  const double total = weigh(what, x, weights);
  if (total == 0) return -1;
  const Nucleus<T> nucleus = what.nucleus < 1
                                 ? find_nucleus(what.columns, weights, what.nucleus * total)
                                 : Nucleus<T>{0, 0, total};
  return column_of(what.columns, weights, nucleus, u * nucleus.weight);
}

}  // namespace

template <class T>
void draw(const Draw& what, const T* x, std::int64_t n, const std::int64_t* of, const double* u,
          std::int32_t* drawn) {
  const bool parallel = n * what.columns >= 16384;
  const ThreadScratch<T> weights(parallel, what.columns);
#pragma omp parallel for schedule(static) if (parallel)
  for (std::int64_t i = 0; i < n; ++i)
    drawn[i] = draw_column(what, x + of[i] * what.columns, u[i], weights.mine());
}

template void draw(const Draw&, const float*, std::int64_t, const std::int64_t*, const double*,
                   std::int32_t*);
template void draw(const Draw&, const double*, std::int64_t, const std::int64_t*, const double*,
                   std::int32_t*);

}  // namespace limn::kernels
