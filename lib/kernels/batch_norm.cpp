#include "kernels/batch_norm.h"

#include <algorithm>

#include "kernels/scratch.h"

namespace limn::kernels {
namespace {

// Reductions split the rows into shares by their number alone, so that a sum has the same bits on
// any number of threads.
std::int64_t shares_of(std::int64_t rows) { return std::clamp<std::int64_t>(rows / 64, 1, 64); }

// Rows of a block that stays in the first-level cache while it is read twice.
std::int64_t block_rows(std::int64_t channels, std::size_t element) {
  const auto row = static_cast<std::int64_t>(element) * std::max<std::int64_t>(channels, 1);
  return std::max<std::int64_t>(16384 / row, 1);
}

// Adds the moments of `n` more rows to those of `seen` rows: mean, and m2 = Σ (x − mean)²
// (Chan, Golub, LeVeque, "Updating formulae and a pairwise algorithm", 1979, equation 2.1).
template <class T, class U>
void merge(std::int64_t channels, std::int64_t seen, double* mean, double* m2, std::int64_t n,
           const T* other_mean, const U* other_m2) {
  const double total = static_cast<double>(seen + n);
  const double share = static_cast<double>(n) / total;
  for (std::int64_t c = 0; c < channels; ++c) {
    const double difference = static_cast<double>(other_mean[c]) - mean[c];
    mean[c] += difference * share;
    m2[c] += static_cast<double>(other_m2[c]) +
             difference * difference * static_cast<double>(seen) * share;
  }
}

template <class T>
void block_moments(std::int64_t rows, std::int64_t channels, const T* x, T* mean, T* m2) {
  std::fill_n(mean, channels, T(0));
  std::fill_n(m2, channels, T(0));
  for (std::int64_t row = 0; row < rows; ++row) {
    const T* in = x + row * channels;
#pragma omp simd
    for (std::int64_t c = 0; c < channels; ++c) mean[c] += in[c];
  }
#pragma omp simd
  for (std::int64_t c = 0; c < channels; ++c) mean[c] /= static_cast<T>(rows);
  for (std::int64_t row = 0; row < rows; ++row) {
    const T* in = x + row * channels;
#pragma omp simd
    for (std::int64_t c = 0; c < channels; ++c) m2[c] += (in[c] - mean[c]) * (in[c] - mean[c]);
  }
}

// `block` [2 · channels] is working memory.
template <class T>
void share_moments(std::int64_t rows, std::int64_t channels, const T* x, double* mean, double* m2,
                   T* block) {
  std::fill_n(mean, 2 * channels, 0.0);
  const std::int64_t size = block_rows(channels, sizeof(T));
  for (std::int64_t row = 0; row < rows; row += size) {
    const std::int64_t n = std::min(size, rows - row);
    block_moments(n, channels, x + row * channels, block, block + channels);
    merge(channels, row, mean, m2, n, block, block + channels);
  }
}

// Calls body(offset of the row) for every row, in parallel.
template <class Body>
void for_each_row(std::int64_t rows, std::int64_t channels, Body&& body) {
#pragma omp parallel for schedule(static) if (rows * channels >= 32768)
  for (std::int64_t row = 0; row < rows; ++row) body(row * channels);
}

// One row of what the limits have not cut off yet. All it reads is at hand as a value, so that
// loops over it become vector instructions.
template <class T, bool with_residual>
struct UncutRow {
  const T *x, *mean, *inverse_deviation, *gamma, *beta, *residual;

  T operator[](std::int64_t c) const {
    const T normal = (x[c] - mean[c]) * (inverse_deviation[c] * gamma[c]) + beta[c];
    if constexpr (with_residual) return normal + residual[c];
    return normal;
  }
};

// Calls body(row) for the row at offset `at`.
template <class T, class Body>
void with_uncut(const BatchNorm<T>& n, std::int64_t at, Body&& body) {
  if (n.residual == nullptr) {
    body(UncutRow<T, false>{n.x + at, n.mean, n.inverse_deviation, n.gamma, n.beta, nullptr});
  } else {
    body(
        UncutRow<T, true>{n.x + at, n.mean, n.inverse_deviation, n.gamma, n.beta, n.residual + at});
  }
}

// Sums of the rows of d that gradient(offset of the row) gives.
template <class T, class Gradient>
void sum_rows(const BatchNorm<T>& norm, const Gradient& gradient, const BatchNormSums<T>& sums) {
  const std::int64_t channels = norm.channels, shares = shares_of(norm.rows);
  Scratch<T> scratch(shares * 2 * channels);
  T* all = scratch.data();
  std::fill_n(all, shares * 2 * channels, T(0));
#pragma omp parallel for schedule(static) if (norm.rows * channels >= 32768)
  for (std::int64_t share = 0; share < shares; ++share) {
    T* sum = all + share * 2 * channels;
    T* sum_centred = sum + channels;
    const std::int64_t end = (share + 1) * norm.rows / shares;
    for (std::int64_t row = share * norm.rows / shares; row < end; ++row) {
      const T* d = gradient(row * channels);
      const T* x = norm.x + row * channels;
      const T* mean = norm.mean;
#pragma omp simd
      for (std::int64_t c = 0; c < channels; ++c) {
        sum[c] += d[c];
        sum_centred[c] += d[c] * (x[c] - mean[c]);
      }
    }
  }
  for (std::int64_t c = 0; c < channels; ++c) {
    double total = 0, total_centred = 0;
    for (std::int64_t share = 0; share < shares; ++share) {
      total += static_cast<double>(all[share * 2 * channels + c]);
      total_centred += static_cast<double>(all[(share * 2 + 1) * channels + c]);
    }
    sums.d[c] = static_cast<T>(total);
    sums.d_xhat[c] = static_cast<T>(total_centred * static_cast<double>(norm.inverse_deviation[c]));
  }
}

}  // namespace

template <class T>
void column_moments(std::int64_t rows, std::int64_t channels, const T* x, T* mean, T* variance) {
  const std::int64_t shares = shares_of(rows);
  Scratch<double> moments(shares * 2 * channels);
  const bool parallel = rows * channels >= 32768;
  const ThreadScratch<T> block(parallel, 2 * channels);
#pragma omp parallel for schedule(static) if (parallel)
  for (std::int64_t share = 0; share < shares; ++share) {
    const std::int64_t begin = share * rows / shares;
    double* mine = moments.data() + share * 2 * channels;
    share_moments((share + 1) * rows / shares - begin, channels, x + begin * channels, mine,
                  mine + channels, block.mine());
  }
  double* all = moments.data();
  for (std::int64_t share = 1; share < shares; ++share) {
    const std::int64_t begin = share * rows / shares;
    const double* other = all + share * 2 * channels;
    merge(channels, begin, all, all + channels, (share + 1) * rows / shares - begin, other,
          other + channels);
  }
  for (std::int64_t c = 0; c < channels; ++c) {
    mean[c] = static_cast<T>(all[c]);
    variance[c] = static_cast<T>(all[channels + c] / static_cast<double>(rows));
  }
}

template <class T>
void batch_norm(const BatchNorm<T>& norm, T* y) {
  const std::int64_t channels = norm.channels;
  const T low = static_cast<T>(norm.limits.low), high = static_cast<T>(norm.limits.high);
  for_each_row(norm.rows, channels, [&](std::int64_t at) {
    with_uncut(norm, at, [=](const auto row) {
      T* out = y + at;
#pragma omp simd
      for (std::int64_t c = 0; c < channels; ++c) {
        const T value = row[c], raised = value < low ? low : value;
        out[c] = raised > high ? high : raised;
      }
    });
  });
}

template <class T>
void batch_norm_backward_sums(const BatchNorm<T>& norm, const T* d, const BatchNormSums<T>& sums) {
  sum_rows(
      norm, [=](std::int64_t at) { return d + at; }, sums);
}

template <class T>
void batch_norm_backward_cut(const BatchNorm<T>& norm, const T* dy, T* d,
                             const BatchNormSums<T>& sums) {
  const std::int64_t channels = norm.channels;
  const T low = static_cast<T>(norm.limits.low), high = static_cast<T>(norm.limits.high);
  const auto cut = [=, &norm](std::int64_t at) {
    const T* in = dy + at;
    T* out = d + at;
    with_uncut(norm, at, [=](const auto row) {
#pragma omp simd
      for (std::int64_t c = 0; c < channels; ++c) {
        const T value = row[c];
        out[c] = value > low && value < high ? in[c] : T(0);
      }
    });
    return out;
  };
  sum_rows(norm, cut, sums);
}

template <class T>
void batch_norm_backward(const BatchNorm<T>& norm, const T* d, const BatchNormSums<T>& sums,
                         T* dx) {
  // dx = a d + b (x - mean) + c, with a, b, c per channel.
  const std::int64_t channels = norm.channels;
  const auto rows = static_cast<T>(norm.rows);
  Scratch<T> factors(3 * channels);
  T* a = factors.data();
  T* b = a + channels;
  T* constant = b + channels;
  for (std::int64_t c = 0; c < channels; ++c) {
    a[c] = norm.gamma[c] * norm.inverse_deviation[c];
    b[c] = -a[c] * norm.inverse_deviation[c] * sums.d_xhat[c] / rows;
    constant[c] = -a[c] * sums.d[c] / rows;
  }
  for_each_row(norm.rows, channels, [=, x = norm.x, mean = norm.mean](std::int64_t at) {
#pragma omp simd
    for (std::int64_t c = 0; c < channels; ++c)
      dx[at + c] = a[c] * d[at + c] + (b[c] * (x[at + c] - mean[c]) + constant[c]);
  });
}

template <class T>
void batch_norm_backward_fixed(const BatchNorm<T>& norm, const T* d, T* dx) {
  const std::int64_t channels = norm.channels;
  const T *gamma = norm.gamma, *inverse_deviation = norm.inverse_deviation;
  for_each_row(norm.rows, channels, [=](std::int64_t at) {
#pragma omp simd
    for (std::int64_t c = 0; c < channels; ++c)
      dx[at + c] = d[at + c] * (inverse_deviation[c] * gamma[c]);
  });
}

#define LIMN_INSTANTIATE(T)                                                                       \
  template void column_moments(std::int64_t, std::int64_t, const T*, T*, T*);                     \
  template void batch_norm(const BatchNorm<T>&, T*);                                              \
  template void batch_norm_backward_sums(const BatchNorm<T>&, const T*, const BatchNormSums<T>&); \
  template void batch_norm_backward_cut(const BatchNorm<T>&, const T*, T*,                        \
                                        const BatchNormSums<T>&);                                 \
  template void batch_norm_backward(const BatchNorm<T>&, const T*, const BatchNormSums<T>&, T*);  \
  template void batch_norm_backward_fixed(const BatchNorm<T>&, const T*, T*);
LIMN_INSTANTIATE(float)
LIMN_INSTANTIATE(double)
#undef LIMN_INSTANTIATE

}  // namespace limn::kernels
