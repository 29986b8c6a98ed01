#include "kernels/conv2d.h"

#include <algorithm>
#include <optional>
#include <type_traits>
#include <vector>

#include "kernels/conv2d_blocks.h"
#include "kernels/depthwise_conv2d.h"
#include "kernels/gemm.h"
#include "kernels/packed_conv2d.h"
#include "kernels/repeated_gemm.h"
#include "kernels/scratch.h"
#include "kernels/tasks.h"
#include "limn/core/threads.h"

namespace limn::kernels {
namespace {

template <class T>
void add_unpacked(const Conv2dShape& s, const T* packed, T* w) {
  const std::int64_t taps = s.taps();
  const std::int64_t channels = s.group_in();
  for (std::int64_t o = 0; o < s.out_channels; ++o, w += s.patch(), packed += s.patch()) {
    for (std::int64_t tap = 0; tap < taps; ++tap) {
      for (std::int64_t c = 0; c < channels; ++c) w[c * taps + tap] += packed[tap * channels + c];
    }
  }
}

template <class T>
void add(std::int64_t n, const T* x, T* sum) {
#pragma omp simd
  for (std::int64_t i = 0; i < n; ++i) sum[i] += x[i];
}

// To be asked on the thread that called, not on those that help it.
template <class T>
std::optional<Precision> product_precision_of() {
  if constexpr (std::is_same_v<T, float>) return product_precision();
  return {};
}

// Blocks [begin, end) of a convolution, and what their products are in.
struct Share {
  std::int64_t begin, end;
  std::optional<Precision> precision;
};

// dw in packed order.
template <class T>
void weight_gradient(const Conv2dShape& s, const Conv2dBlocks& blocks, const Share& share,
                     const T* x, const T* dy, T* sum) {
  std::fill_n(sum, s.out_channels * s.patch(), T(0));
  Scratch<T> buffer(blocks.buffer_elements());
  for (std::int64_t block = share.begin; block < share.end; ++block) {
    for (std::int64_t group = 0; group < s.groups; ++group) {
      const std::int64_t first = group * s.group_out();
      const T* patches = blocks.patches(block, group, x, buffer.data());
      gemm(s.group_out(), s.patch(), blocks.rows(block), dy + blocks.result(block) + first,
           s.out_channels, patches, s.patch(), sum + first * s.patch(), s.patch(),
           {.a = Transpose::yes, .add = true, .precision = share.precision});
    }
  }
}

// The convolution of dy with the weights turned round.
void winograd_backward_input(const Conv2dShape& s, const float* w, const float* dy, float* dx) {
  Conv2dShape turned = s;
  std::swap(turned.in_channels, turned.out_channels);
  std::swap(turned.input, turned.output);
  for (std::size_t axis = 0; axis < 2; ++axis) turned.pad[axis] = s.kernel[axis] - 1 - s.pad[axis];
  const std::int64_t taps = s.taps();
  Scratch<float> weights(s.out_channels * s.in_channels * taps);
#pragma omp parallel for schedule(static) if (s.out_channels * s.in_channels >= 65536)
  for (std::int64_t c = 0; c < s.in_channels; ++c) {
    for (std::int64_t o = 0; o < s.out_channels; ++o) {
      const float* from = w + (o * s.in_channels + c) * taps;
      std::reverse_copy(from, from + taps, weights.data() + (c * s.out_channels + o) * taps);
    }
  }
  WinogradConv2d(turned, weights.data(), nullptr)(turned, dy, {.residual = dx}, dx);
}

// dx += the gradient of blocks [begin, end), which must not share pixels with others in parallel.
template <class T>
void input_gradient(const Conv2dShape& s, const Conv2dBlocks& blocks,
                    const std::vector<RepeatedGemm<T>>& weights, std::int64_t begin,
                    std::int64_t end, const T* dy, T* dx) {
  Scratch<T> buffer(blocks.buffer_elements());
  for (std::int64_t block = begin; block < end; ++block) {
    T* image = dx + blocks.image(block) * s.in_pixels() * s.in_channels;
    for (std::int64_t group = 0; group < s.groups; ++group) {
      const T* dgroup = dy + blocks.result(block) + group * s.group_out();
      const RepeatedGemm<T>& w = weights[static_cast<std::size_t>(group)];
      if (s.pointwise()) {
        w.multiply(blocks.rows(block), dgroup, s.out_channels, {.result = true},
                   image + blocks.first(block) * s.in_channels, s.in_channels);
      } else {
        w.multiply(blocks.rows(block), dgroup, s.out_channels, {}, buffer.data(), s.patch());
        col2im(s, group, blocks.first(block), blocks.rows(block), buffer.data(), image);
      }
    }
  }
}

}  // namespace

template <>
void conv2d(const Conv2dShape& s, const float* x, const float* w, const float* bias, float* y) {
  PackedConv2d(s, w, nullptr, bias, Activation::identity, product_precision())(s, x, nullptr, y);
}

// Products inside a parallel loop run on the calling thread alone.
template <>
void conv2d(const Conv2dShape& s, const double* x, const double* w, const double* bias, double* y) {
  if (s.depthwise()) return depthwise_conv2d(s, x, w, bias, y);
  const Conv2dBlocks blocks(s);
  Scratch<double> packed(s.out_channels * s.patch());
  pack_taps(s, w, packed.data());
  const bool parallel = blocks.count() > 1;
  const ThreadScratch<double> buffer(parallel, blocks.buffer_elements());
  for_each_task(blocks.count(), parallel, [&](std::int64_t block) {
    double* result = y + blocks.result(block);
    for (std::int64_t group = 0; group < s.groups; ++group) {
      const std::int64_t first = group * s.group_out();
      gemm(blocks.rows(block), s.group_out(), s.patch(),
           blocks.patches(block, group, x, buffer.mine()), s.patch(),
           packed.data() + first * s.patch(), s.patch(), result + first, s.out_channels,
           {.b = Transpose::yes});
    }
    for (std::int64_t row = 0; bias != nullptr && row < blocks.rows(block); ++row)
      add(s.out_channels, bias, result + row * s.out_channels);
  });
}

// Patches overlap, so only whole images (and pointwise blocks) are independent.
template <class T>
void conv2d_backward_input(const Conv2dShape& s, const T* w, const T* dy, T* dx) {
  if (s.depthwise()) return depthwise_conv2d_backward_input(s, w, dy, dx);
  const auto precision = product_precision_of<T>();
  if constexpr (std::is_same_v<T, float>) {
    if (precision == Precision::float32 && WinogradConv2d::fits(s))
      return winograd_backward_input(s, w, dy, dx);
  }
  const Conv2dBlocks blocks(s);
  Scratch<T> packed(s.out_channels * s.patch());
  pack_taps(s, w, packed.data());
  std::vector<RepeatedGemm<T>> weights;
  for (std::int64_t group = 0; group < s.groups; ++group)
    weights.emplace_back(s.group_out(), s.patch(),
                         strided<T>(packed.data() + group * s.group_out() * s.patch(), s.patch()),
                         RepeatedGemmOptions{.times = blocks.count(), .precision = precision});
  const std::int64_t tasks = s.pointwise() ? blocks.count() : s.batch;
  const std::int64_t each = s.pointwise() ? 1 : blocks.per_image();
  for_each_task(tasks, tasks > 1, [&](std::int64_t task) {
    input_gradient(s, blocks, weights, task * each, (task + 1) * each, dy, dx);
  });
}

// Each thread sums its own share of the blocks; the sums are added in the order of the shares.
template <class T>
void conv2d_backward_weight(const Conv2dShape& s, const T* x, const T* dy, T* dw) {
  if (s.depthwise()) return depthwise_conv2d_backward_weight(s, x, dy, dw);
  const Conv2dBlocks blocks(s);
  const std::int64_t shares = std::min<std::int64_t>(thread_count(), blocks.count());
  const std::int64_t size = s.out_channels * s.patch();
  Scratch<T> sums(shares * size);
  const auto precision = product_precision_of<T>();
  for_each_task(shares, shares > 1, [&](std::int64_t share) {
    const Share part{share * blocks.count() / shares, (share + 1) * blocks.count() / shares,
                     precision};
    weight_gradient(s, blocks, part, x, dy, sums.data() + share * size);
  });
  for (std::int64_t share = 0; share < shares; ++share)
    add_unpacked(s, sums.data() + share * size, dw);
}

template <class T>
void conv2d_backward_bias(const Conv2dShape& s, const T* dy, T* dbias) {
  const std::int64_t rows = s.batch * s.out_pixels();
  const std::int64_t shares = std::min<std::int64_t>(thread_count(), rows);
  Scratch<T> sums(shares * s.out_channels);
  std::fill_n(sums.data(), shares * s.out_channels, T(0));
#pragma omp parallel for schedule(static, 1) if (shares > 1)
  for (std::int64_t share = 0; share < shares; ++share) {
    T* sum = sums.data() + share * s.out_channels;
    for (std::int64_t row = share * rows / shares; row < (share + 1) * rows / shares; ++row)
      add(s.out_channels, dy + row * s.out_channels, sum);
  }
  for (std::int64_t share = 0; share < shares; ++share)
    add(s.out_channels, sums.data() + share * s.out_channels, dbias);
}

template void conv2d_backward_input(const Conv2dShape&, const float*, const float*, float*);
template void conv2d_backward_input(const Conv2dShape&, const double*, const double*, double*);
template void conv2d_backward_weight(const Conv2dShape&, const float*, const float*, float*);
template void conv2d_backward_weight(const Conv2dShape&, const double*, const double*, double*);
template void conv2d_backward_bias(const Conv2dShape&, const float*, float*);
template void conv2d_backward_bias(const Conv2dShape&, const double*, double*);

}  // namespace limn::kernels
