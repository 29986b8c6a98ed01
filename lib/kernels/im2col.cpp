#include "kernels/im2col.h"

#include <algorithm>

namespace limn::kernels {
namespace {

// Calls inside(column offset, image offset, length) and outside(column offset, length) for the runs
// of consecutive elements that make up the patches. Where neighbouring taps are neighbours in
// memory, the part of a patch row that lies inside the picture is one run.
template <class Inside, class Outside>
void for_each_run(const Conv2dShape& s, std::int64_t group, std::int64_t first, std::int64_t count,
                  Inside&& inside, Outside&& outside) {
  const std::int64_t channels = s.group_in();
  const bool joined = s.dilation[1] == 1 && s.groups == 1;
  const std::int64_t step = joined ? s.kernel[1] : 1;
  std::int64_t at = 0;
  for (std::int64_t pixel = first; pixel < first + count; ++pixel) {
    const std::int64_t top = pixel / s.output[1] * s.stride[0] - s.pad[0];
    const std::int64_t left = pixel % s.output[1] * s.stride[1] - s.pad[1];
    for (std::int64_t kh = 0; kh < s.kernel[0]; ++kh) {
      const std::int64_t row = top + kh * s.dilation[0];
      for (std::int64_t kw = 0; kw < s.kernel[1]; kw += step, at += step * channels) {
        const std::int64_t column = left + kw * s.dilation[1];
        const std::int64_t begin = std::clamp<std::int64_t>(-column, 0, step);
        const std::int64_t end = std::clamp<std::int64_t>(s.input[1] - column, begin, step);
        if (row < 0 || row >= s.input[0] || begin == end) {
          outside(at, step * channels);
          continue;
        }
        if (begin > 0) outside(at, begin * channels);
        inside(at + begin * channels,
               (row * s.input[1] + column + begin) * s.in_channels + group * channels,
               (end - begin) * channels);
        if (end < step) outside(at + end * channels, (step - end) * channels);
      }
    }
  }
}

}  // namespace

template <class T>
void im2col(const Conv2dShape& shape, std::int64_t group, std::int64_t first, std::int64_t count,
            const T* image, T* columns) {
  for_each_run(
      shape, group, first, count,
      [&](std::int64_t at, std::int64_t from, std::int64_t n) {
        std::copy_n(image + from, n, columns + at);
      },
      [&](std::int64_t at, std::int64_t n) { std::fill_n(columns + at, n, T(0)); });
}

template <class T>
void col2im(const Conv2dShape& shape, std::int64_t group, std::int64_t first, std::int64_t count,
            const T* dcolumns, T* dimage) {
  for_each_run(
      shape, group, first, count,
      [&](std::int64_t at, std::int64_t to, std::int64_t n) {
        const T* from = dcolumns + at;
        T* out = dimage + to;
#pragma omp simd
        for (std::int64_t i = 0; i < n; ++i) out[i] += from[i];
      },
      [](std::int64_t, std::int64_t) {});
}

template <class T>
void pack_taps(const Conv2dShape& s, const T* w, T* packed) {
  const std::int64_t taps = s.taps();
  const std::int64_t channels = s.group_in();
  for (std::int64_t o = 0; o < s.out_channels; ++o, w += s.patch(), packed += s.patch()) {
    for (std::int64_t tap = 0; tap < taps; ++tap) {
      for (std::int64_t c = 0; c < channels; ++c) packed[tap * channels + c] = w[c * taps + tap];
    }
  }
}

template void im2col(const Conv2dShape&, std::int64_t, std::int64_t, std::int64_t, const float*,
                     float*);
template void im2col(const Conv2dShape&, std::int64_t, std::int64_t, std::int64_t, const double*,
                     double*);
template void col2im(const Conv2dShape&, std::int64_t, std::int64_t, std::int64_t, const float*,
                     float*);
template void col2im(const Conv2dShape&, std::int64_t, std::int64_t, std::int64_t, const double*,
                     double*);
template void pack_taps(const Conv2dShape&, const float*, float*);
template void pack_taps(const Conv2dShape&, const double*, double*);

}  // namespace limn::kernels
