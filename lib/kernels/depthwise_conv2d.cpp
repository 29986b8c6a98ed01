#include "kernels/depthwise_conv2d.h"

#include <algorithm>
#include <limits>

#include "kernels/scratch.h"
#include "kernels/vector.h"

namespace limn::kernels {
namespace {

// The taps [begin, end) of a kernel axis that lie inside the picture.
struct Taps {
  std::int64_t begin;
  std::int64_t end;
};

Taps taps_inside(const Conv2dShape& s, std::size_t axis, std::int64_t output) {
  const std::int64_t start = output * s.stride[axis] - s.pad[axis];
  const std::int64_t dilation = s.dilation[axis];
  const std::int64_t begin = start >= 0 ? 0 : (-start + dilation - 1) / dilation;
  const std::int64_t end = (s.input[axis] - start + dilation - 1) / dilation;
  return {std::min(begin, s.kernel[axis]), std::clamp<std::int64_t>(end, 0, s.kernel[axis])};
}

// One line of output pixels being computed.
template <class T>
struct Line {
  const Conv2dShape& s;
  const T* image;
  const T* packed;
  const T* bias;
  T low, high;
  std::int64_t top;  // input row of tap row 0
  Taps rows;
  T* y;  // the line's first pixel

  std::int64_t left(std::int64_t column) const { return column * s.stride[1] - s.pad[1]; }
  std::int64_t input_at(std::int64_t row, std::int64_t column) const {
    return ((top + row * s.dilation[0]) * s.input[1] + column) * s.in_channels;
  }
};

// `pixels` neighbouring outputs of `vectors` vectors of channels, summed in registers.
template <int pixels, int vectors, class T>
[[gnu::always_inline]] inline void tile(const Line<T>& line, std::int64_t column,
                                        const Taps& columns, std::int64_t c) {
  const Conv2dShape& s = line.s;
  constexpr std::int64_t lanes = kLanes<T>;
  const std::int64_t step = s.stride[1] * s.in_channels;
  Vector<T> sum[pixels][vectors];
#pragma GCC unroll 4
  for (int v = 0; v < vectors; ++v) {
    const Vector<T> start = line.bias == nullptr ? Vector<T>{} : load(line.bias + c + v * lanes);
#pragma GCC unroll 4
    for (int p = 0; p < pixels; ++p) sum[p][v] = start;
  }
  for (std::int64_t row = line.rows.begin; row < line.rows.end; ++row) {
    const std::int64_t first = line.left(column) + columns.begin * s.dilation[1];
    const T* in = line.image + line.input_at(row, first) + c;
    const T* w = line.packed + (row * s.kernel[1] + columns.begin) * s.in_channels + c;
    for (std::int64_t tap = columns.begin; tap < columns.end; ++tap) {
#pragma GCC unroll 4
      for (int v = 0; v < vectors; ++v) {
        const Vector<T> weight = load(w + v * lanes);
#pragma GCC unroll 4
        for (int p = 0; p < pixels; ++p) sum[p][v] += weight * load(in + p * step + v * lanes);
      }
      in += s.dilation[1] * s.in_channels;
      w += s.in_channels;
    }
  }
  const Vector<T> low = broadcast(line.low);
  const Vector<T> high = broadcast(line.high);
#pragma GCC unroll 4
  for (int p = 0; p < pixels; ++p) {
#pragma GCC unroll 4
    for (int v = 0; v < vectors; ++v)
      store(line.y + (column + p) * s.in_channels + c + v * lanes, clamp<T>(sum[p][v], low, high));
  }
}

template <class T>
void one_channel(const Line<T>& line, std::int64_t column, const Taps& columns, std::int64_t c) {
  const Conv2dShape& s = line.s;
  T sum = line.bias == nullptr ? T(0) : line.bias[c];
  for (std::int64_t row = line.rows.begin; row < line.rows.end; ++row) {
    for (std::int64_t tap = columns.begin; tap < columns.end; ++tap) {
      sum += line.image[line.input_at(row, line.left(column) + tap * s.dilation[1]) + c] *
             line.packed[(row * s.kernel[1] + tap) * s.in_channels + c];
    }
  }
  sum = sum < line.low ? line.low : sum;
  line.y[column * s.in_channels + c] = sum > line.high ? line.high : sum;
}

// All channels of `pixels` outputs that see the same taps.
template <int pixels, class T>
void all_channels(const Line<T>& line, std::int64_t column, const Taps& columns) {
  constexpr std::int64_t lanes = kLanes<T>;
  constexpr int vectors = pixels == 1 ? 4 : 2;
  const std::int64_t channels = line.s.in_channels;
  std::int64_t c = 0;
  for (; c + vectors * lanes <= channels; c += vectors * lanes)
    tile<pixels, vectors>(line, column, columns, c);
  for (; c + lanes <= channels; c += lanes) tile<pixels, 1>(line, column, columns, c);
  for (; c < channels; ++c) {
    for (int p = 0; p < pixels; ++p) one_channel(line, column + p, columns, c);
  }
}

template <class T>
void compute(const Line<T>& line) {
  const Conv2dShape& s = line.s;
  constexpr int pixels = 4;
  const auto whole = [&](std::int64_t column) {
    return line.left(column) >= 0 &&
           line.left(column) + (s.kernel[1] - 1) * s.dilation[1] < s.input[1];
  };
  for (std::int64_t column = 0; column < s.output[1];) {
    if (column + pixels <= s.output[1] && whole(column) && whole(column + pixels - 1)) {
      all_channels<pixels>(line, column, {0, s.kernel[1]});
      column += pixels;
    } else {
      all_channels<1>(line, column, taps_inside(s, 1, column));
      ++column;
    }
  }
}

}  // namespace

template <class T>
void pack_depthwise(const Conv2dShape& s, const T* w, const T* scale, T* packed) {
  for (std::int64_t c = 0; c < s.in_channels; ++c) {
    for (std::int64_t tap = 0; tap < s.taps(); ++tap)
      packed[tap * s.in_channels + c] =
          w[c * s.taps() + tap] * (scale == nullptr ? T(1) : scale[c]);
  }
}

template <class T>
void depthwise_conv2d_packed(const Conv2dShape& s, const T* x, const T* packed, const T* bias,
                             T low, T high, T* y) {
#pragma omp parallel for schedule(static)
  for (std::int64_t index = 0; index < s.batch * s.output[0]; ++index) {
    const std::int64_t row = index % s.output[0];
    compute(Line<T>{s, x + index / s.output[0] * s.in_pixels() * s.in_channels, packed, bias, low,
                    high, row * s.stride[0] - s.pad[0], taps_inside(s, 0, row),
                    y + index * s.output[1] * s.in_channels});
  }
}

template <class T>
void depthwise_conv2d(const Conv2dShape& s, const T* x, const T* w, const T* bias, T* y) {
  constexpr T infinity = std::numeric_limits<T>::infinity();
  Scratch<T> packed(s.taps() * s.in_channels);
  pack_depthwise<T>(s, w, nullptr, packed.data());
  depthwise_conv2d_packed(s, x, packed.data(), bias, -infinity, infinity, y);
}

#define LIMN_INSTANTIATE(T)                                                                     \
  template void pack_depthwise(const Conv2dShape&, const T*, const T*, T*);                     \
  template void depthwise_conv2d_packed(const Conv2dShape&, const T*, const T*, const T*, T, T, \
                                        T*);                                                    \
  template void depthwise_conv2d(const Conv2dShape&, const T*, const T*, const T*, T*);
LIMN_INSTANTIATE(float)
LIMN_INSTANTIATE(double)
#undef LIMN_INSTANTIATE

}  // namespace limn::kernels
