#include "kernels/depthwise_conv2d.h"

#include <algorithm>
#include <span>

#include "kernels/scratch.h"
#include "limn/core/threads.h"

namespace limn::kernels {
namespace {

// One contribution to a pixel: the other picture's pixel (its offset) and the kernel's tap.
struct Contribution {
  std::int64_t pixel;
  std::int64_t tap;
};

using Contributions = std::span<const Contribution>;

// The taps by which an output position sees the input: output·stride − pad + tap·dilation. `memory`
// has room for all taps of the axis.
Contributions reads_of(const Conv2dShape& s, int axis, std::int64_t output, Contribution* memory) {
  std::size_t count = 0;
  for (std::int64_t tap = 0; tap < s.kernel[axis]; ++tap) {
    const std::int64_t in = output * s.stride[axis] - s.pad[axis] + tap * s.dilation[axis];
    if (in >= 0 && in < s.input[axis]) memory[count++] = {in, tap};
  }
  return {memory, count};
}

// The taps by which an input position is seen, and from which output positions.
Contributions readers_of(const Conv2dShape& s, int axis, std::int64_t input, Contribution* memory) {
  std::size_t count = 0;
  for (std::int64_t tap = 0; tap < s.kernel[axis]; ++tap) {
    const std::int64_t shifted = input + s.pad[axis] - tap * s.dilation[axis];
    if (shifted < 0 || shifted % s.stride[axis] != 0) continue;
    if (shifted / s.stride[axis] < s.output[axis])
      memory[count++] = {shifted / s.stride[axis], tap};
  }
  return {memory, count};
}

// to += Σ from[pixel] · w[tap] over the product of the two axes' contributions, for every channel;
// blocks of channels stay in registers.
template <class T>
void accumulate(const Conv2dShape& s, Contributions rows, Contributions columns, std::int64_t width,
                const T* from, const T* packed, T* to) {
  constexpr std::int64_t block = 128 / sizeof(T);
  const std::int64_t channels = s.in_channels;
  for (std::int64_t begin = 0; begin < channels; begin += block) {
    const std::int64_t size = std::min(block, channels - begin);
    T sum[block] = {};
    for (const auto& [row, tap_row] : rows) {
      for (const auto& [column, tap_column] : columns) {
        const T* in = from + (row * width + column) * channels + begin;
        const T* w = packed + (tap_row * s.kernel[1] + tap_column) * channels + begin;
        if (size == block) {
#pragma GCC unroll 4
          for (std::int64_t c = 0; c < block; ++c) sum[c] += in[c] * w[c];
        } else {
          for (std::int64_t c = 0; c < size; ++c) sum[c] += in[c] * w[c];
        }
      }
    }
    for (std::int64_t c = 0; c < size; ++c) to[begin + c] += sum[c];
  }
}

// dw [taps, C] += what the output rows [begin, end) of all images contribute.
template <class T>
void weight_gradient(const Conv2dShape& s, std::int64_t begin, std::int64_t end, const T* x,
                     const T* dy, Contribution* memory, T* dw) {
  const std::int64_t channels = s.in_channels;
  for (std::int64_t line = begin; line < end; ++line) {
    const T* image = x + line / s.output[0] * s.in_pixels() * channels;
    const Contributions rows = reads_of(s, 0, line % s.output[0], memory);
    for (std::int64_t out = 0; out < s.output[1]; ++out) {
      const Contributions columns = reads_of(s, 1, out, memory + s.kernel[0]);
      const T* d = dy + (line * s.output[1] + out) * channels;
      for (const auto& [row, tap_row] : rows) {
        for (const auto& [column, tap_column] : columns) {
          const T* in = image + (row * s.input[1] + column) * channels;
          T* dtap = dw + (tap_row * s.kernel[1] + tap_column) * channels;
#pragma omp simd
          for (std::int64_t c = 0; c < channels; ++c) dtap[c] += in[c] * d[c];
        }
      }
    }
  }
}

}  // namespace

template <class T>
void depthwise_conv2d_backward_input(const Conv2dShape& s, const T* w, const T* dy, T* dx) {
  const std::int64_t channels = s.in_channels;
  Scratch<T> packed(s.taps() * channels);
  pack_depthwise<T>(s, w, nullptr, packed.data());
  const ThreadScratch<Contribution> readers(true, s.kernel[0] + s.kernel[1]);
#pragma omp parallel for schedule(static)
  for (std::int64_t line = 0; line < s.batch * s.input[0]; ++line) {
    const T* image = dy + line / s.input[0] * s.out_pixels() * channels;
    Contribution* memory = readers.mine();
    const Contributions rows = readers_of(s, 0, line % s.input[0], memory);
    for (std::int64_t in = 0; in < s.input[1]; ++in) {
      const Contributions columns = readers_of(s, 1, in, memory + s.kernel[0]);
      T* to = dx + (line * s.input[1] + in) * channels;
      accumulate(s, rows, columns, s.output[1], image, packed.data(), to);
    }
  }
}

// Each thread sums its own share of the lines; the sums are added in the order of the shares.
template <class T>
void depthwise_conv2d_backward_weight(const Conv2dShape& s, const T* x, const T* dy, T* dw) {
  const std::int64_t lines = s.batch * s.output[0];
  const std::int64_t shares = std::min<std::int64_t>(thread_count(), lines);
  const std::int64_t size = s.in_channels * s.taps();
  Scratch<T> sums(shares * size);
  const ThreadScratch<Contribution> reads(shares > 1, s.kernel[0] + s.kernel[1]);
#pragma omp parallel for schedule(static, 1) if (shares > 1)
  for (std::int64_t share = 0; share < shares; ++share) {
    T* sum = sums.data() + share * size;
    std::fill_n(sum, size, T(0));
    weight_gradient(s, share * lines / shares, (share + 1) * lines / shares, x, dy, reads.mine(),
                    sum);
  }
  for (std::int64_t share = 0; share < shares; ++share) {
    const T* sum = sums.data() + share * size;
    for (std::int64_t c = 0; c < s.in_channels; ++c) {
      for (std::int64_t tap = 0; tap < s.taps(); ++tap)
        dw[c * s.taps() + tap] += sum[tap * s.in_channels + c];
    }
  }
}

template void depthwise_conv2d_backward_input(const Conv2dShape&, const float*, const float*,
                                              float*);
template void depthwise_conv2d_backward_input(const Conv2dShape&, const double*, const double*,
                                              double*);
template void depthwise_conv2d_backward_weight(const Conv2dShape&, const float*, const float*,
                                               float*);
template void depthwise_conv2d_backward_weight(const Conv2dShape&, const double*, const double*,
                                               double*);

}  // namespace limn::kernels
