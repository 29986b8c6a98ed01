#include "kernels/pool2d.h"

#include <algorithm>

namespace limn::kernels {
namespace {

std::int64_t out_pixels(const Pool2dShape& s) {
  return static_cast<std::int64_t>(s.rows.size() * s.columns.size());
}

// Calls body(output pixel, its row window, its column window) for every output pixel of an image,
// in order.
template <class Body>
void for_each_output(const Pool2dShape& s, std::int64_t image, Body&& body) {
  std::int64_t pixel = image * out_pixels(s);
  for (const PoolWindow& row : s.rows) {
    for (const PoolWindow& column : s.columns) body(pixel++, row, column);
  }
}

template <class Body>
void for_each_input(const Pool2dShape& s, const PoolWindow& row, const PoolWindow& column,
                    Body&& body) {
  for (std::int64_t h = row.begin; h < row.end; h += row.step) {
    for (std::int64_t w = column.begin; w < column.end; w += column.step) body(h * s.width + w);
  }
}

template <class T>
T scale_of(const PoolWindow& row, const PoolWindow& column) {
  return T(1) / static_cast<T>(row.count * column.count);
}

}  // namespace

template <class T>
void max_pool2d(const Pool2dShape& s, const T* x, T* y, std::int32_t* index) {
  const std::int64_t channels = s.channels;
#pragma omp parallel for schedule(static)
  for (std::int64_t image = 0; image < s.batch; ++image) {
    const T* from = x + image * s.height * s.width * channels;
    for_each_output(
        s, image, [&](std::int64_t out, const PoolWindow& row, const PoolWindow& column) {
          T* best = y + out * channels;
          std::int32_t* at = index + out * channels;
          const std::int64_t first = row.begin * s.width + column.begin;
          std::copy_n(from + first * channels, channels, best);
          std::fill_n(at, channels, static_cast<std::int32_t>(first));
          for_each_input(s, row, column, [&](std::int64_t pixel) {
            const T* value = from + pixel * channels;
            const auto here = static_cast<std::int32_t>(pixel);
#pragma omp simd
            for (std::int64_t c = 0; c < channels; ++c) {
              const bool better = !(value[c] <= best[c]) && best[c] == best[c];  // also when NaN
              best[c] = better ? value[c] : best[c];
              at[c] = better ? here : at[c];
            }
          });
        });
  }
}

template <class T>
void max_pool2d_backward(const Pool2dShape& s, const T* dy, const std::int32_t* index, T* dx) {
  const std::int64_t channels = s.channels;
  const std::int64_t outputs = out_pixels(s);
#pragma omp parallel for schedule(static)
  for (std::int64_t image = 0; image < s.batch; ++image) {
    T* to = dx + image * s.height * s.width * channels;
    for (std::int64_t out = image * outputs; out < (image + 1) * outputs; ++out) {
      for (std::int64_t c = 0; c < channels; ++c)
        to[index[out * channels + c] * channels + c] += dy[out * channels + c];
    }
  }
}

template <class T>
void avg_pool2d(const Pool2dShape& s, const T* x, T* y) {
  const std::int64_t channels = s.channels;
#pragma omp parallel for schedule(static)
  for (std::int64_t image = 0; image < s.batch; ++image) {
    const T* from = x + image * s.height * s.width * channels;
    for_each_output(s, image,
                    [&](std::int64_t out, const PoolWindow& row, const PoolWindow& column) {
                      T* sum = y + out * channels;
                      std::fill_n(sum, channels, T(0));
                      for_each_input(s, row, column, [&](std::int64_t pixel) {
                        const T* value = from + pixel * channels;
#pragma omp simd
                        for (std::int64_t c = 0; c < channels; ++c) sum[c] += value[c];
                      });
                      const T scale = scale_of<T>(row, column);
#pragma omp simd
                      for (std::int64_t c = 0; c < channels; ++c) sum[c] *= scale;
                    });
  }
}

template <class T>
void avg_pool2d_backward(const Pool2dShape& s, const T* dy, T* dx) {
  const std::int64_t channels = s.channels;
#pragma omp parallel for schedule(static)
  for (std::int64_t image = 0; image < s.batch; ++image) {
    T* to = dx + image * s.height * s.width * channels;
    for_each_output(s, image,
                    [&](std::int64_t out, const PoolWindow& row, const PoolWindow& column) {
                      const T scale = scale_of<T>(row, column);
                      const T* d = dy + out * channels;
                      for_each_input(s, row, column, [&](std::int64_t pixel) {
                        T* share = to + pixel * channels;
#pragma omp simd
                        for (std::int64_t c = 0; c < channels; ++c) share[c] += scale * d[c];
                      });
                    });
  }
}

#define LIMN_INSTANTIATE(T)                                                                 \
  template void max_pool2d(const Pool2dShape&, const T*, T*, std::int32_t*);                \
  template void max_pool2d_backward(const Pool2dShape&, const T*, const std::int32_t*, T*); \
  template void avg_pool2d(const Pool2dShape&, const T*, T*);                               \
  template void avg_pool2d_backward(const Pool2dShape&, const T*, T*);
LIMN_INSTANTIATE(float)
LIMN_INSTANTIATE(double)
#undef LIMN_INSTANTIATE

}  // namespace limn::kernels
