#include "kernels/conv2d.h"

#include <algorithm>

#include "kernels/depthwise_conv2d.h"
#include "kernels/gemm.h"
#include "kernels/im2col.h"
#include "kernels/scratch.h"
#include "limn/core/threads.h"

namespace limn::kernels {
namespace {

// The output pixels of one image in blocks whose patches stay in cache (and memory bounded), each
// large enough for an efficient product. A pointwise convolution is one long row of pixels.
struct Blocks {
  explicit Blocks(const Conv2dShape& s)
      : images(s.pointwise() ? 1 : s.batch),
        pixels(s.pointwise() ? s.batch * s.out_pixels() : s.out_pixels()),
        size(std::clamp<std::int64_t>(kElements / std::max<std::int64_t>(s.patch(), 1), 96, 2048)),
        per_image((pixels + size - 1) / size) {}

  std::int64_t count() const { return images * per_image; }
  std::int64_t image(std::int64_t block) const { return block / per_image; }
  std::int64_t first(std::int64_t block) const { return block % per_image * size; }
  std::int64_t rows(std::int64_t block) const { return std::min(size, pixels - first(block)); }

  static constexpr std::int64_t kElements = 131072;
  std::int64_t images, pixels, size, per_image;
};

// [O, C/groups, kh, kw] to [O, kh, kw, C/groups], the order of patches.
template <class T>
void pack(const Conv2dShape& s, const T* w, T* packed) {
  const std::int64_t taps = s.taps();
  const std::int64_t channels = s.group_in();
  for (std::int64_t o = 0; o < s.out_channels; ++o, w += s.patch(), packed += s.patch()) {
    for (std::int64_t tap = 0; tap < taps; ++tap) {
      for (std::int64_t c = 0; c < channels; ++c) packed[tap * channels + c] = w[c * taps + tap];
    }
  }
}

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

// The patches of a block: the pixels themselves when pointwise, else gathered into `columns`.
template <class T>
const T* patches(const Conv2dShape& s, const Blocks& blocks, std::int64_t block, std::int64_t group,
                 const T* x, T* columns) {
  const T* image = x + blocks.image(block) * s.in_pixels() * s.in_channels;
  if (s.pointwise()) return image + blocks.first(block) * s.in_channels;
  im2col(s, group, blocks.first(block), blocks.rows(block), image, columns);
  return columns;
}

std::int64_t column_elements(const Conv2dShape& s, const Blocks& blocks) {
  return s.pointwise() ? 0 : std::min(blocks.size, blocks.pixels) * s.patch();
}

// Where a block's results [rows, O] start in y.
std::int64_t result_offset(const Conv2dShape& s, const Blocks& blocks, std::int64_t block) {
  return (blocks.image(block) * s.out_pixels() + blocks.first(block)) * s.out_channels;
}

template <class T>
void add(std::int64_t n, const T* x, T* sum) {
#pragma omp simd
  for (std::int64_t i = 0; i < n; ++i) sum[i] += x[i];
}

// dw in packed order, of the blocks [begin, end).
template <class T>
void weight_gradient(const Conv2dShape& s, const Blocks& blocks, std::int64_t begin,
                     std::int64_t end, const T* x, const T* dy, T* sum) {
  std::fill_n(sum, s.out_channels * s.patch(), T(0));
  Scratch<T> columns(column_elements(s, blocks));
  for (std::int64_t block = begin; block < end; ++block) {
    const T* dresult = dy + result_offset(s, blocks, block);
    const std::int64_t rows = blocks.rows(block);
    for (std::int64_t group = 0; group < s.groups; ++group) {
      const T* from = patches(s, blocks, block, group, x, columns.data());
      gemm(s.group_out(), s.patch(), rows, dresult + group * s.group_out(), s.out_channels, from,
           s.patch(), sum + group * s.group_out() * s.patch(), s.patch(),
           {.a = Transpose::yes, .beta = 1});
    }
  }
}

}  // namespace

// Products inside the parallel loops run on the calling thread alone.
template <class T>
void conv2d(const Conv2dShape& s, const T* x, const T* w, const T* bias, T* y) {
  if (s.depthwise()) return depthwise_conv2d(s, x, w, bias, y);
  const Blocks blocks(s);
  Scratch<T> packed(s.out_channels * s.patch());
  pack(s, w, packed.data());
#pragma omp parallel if (blocks.count() > 1)
  {
    Scratch<T> columns(column_elements(s, blocks));
#pragma omp for schedule(static)
    for (std::int64_t block = 0; block < blocks.count(); ++block) {
      T* result = y + result_offset(s, blocks, block);
      const std::int64_t rows = blocks.rows(block);
      for (std::int64_t group = 0; group < s.groups; ++group) {
        const T* from = patches(s, blocks, block, group, x, columns.data());
        gemm(rows, s.group_out(), s.patch(), from, s.patch(),
             packed.data() + group * s.group_out() * s.patch(), s.patch(),
             result + group * s.group_out(), s.out_channels, {.b = Transpose::yes});
      }
      for (std::int64_t row = 0; bias != nullptr && row < rows; ++row)
        add(s.out_channels, bias, result + row * s.out_channels);
    }
  }
}

// Patches overlap, so only whole images (and pointwise blocks) are independent.
template <class T>
void conv2d_backward_input(const Conv2dShape& s, const T* w, const T* dy, T* dx) {
  if (s.depthwise()) return depthwise_conv2d_backward_input(s, w, dy, dx);
  const Blocks blocks(s);
  Scratch<T> packed(s.out_channels * s.patch());
  pack(s, w, packed.data());
  const std::int64_t tasks = s.pointwise() ? blocks.count() : s.batch;
  const std::int64_t task_blocks = s.pointwise() ? 1 : blocks.per_image;
#pragma omp parallel for schedule(static) if (tasks >= thread_count())
  for (std::int64_t task = 0; task < tasks; ++task) {
    Scratch<T> columns(column_elements(s, blocks));
    for (std::int64_t i = 0; i < task_blocks * s.groups; ++i) {
      const std::int64_t block = task * task_blocks + i / s.groups;
      const std::int64_t group = i % s.groups;
      const std::int64_t rows = blocks.rows(block);
      T* image = dx + blocks.image(block) * s.in_pixels() * s.in_channels;
      T* into = s.pointwise() ? image + blocks.first(block) * s.in_channels : columns.data();
      gemm(rows, s.patch(), s.group_out(),
           dy + result_offset(s, blocks, block) + group * s.group_out(), s.out_channels,
           packed.data() + group * s.group_out() * s.patch(), s.patch(), into, s.patch(),
           {.beta = s.pointwise() ? 1.0 : 0.0});
      if (!s.pointwise()) col2im(s, group, blocks.first(block), rows, columns.data(), image);
    }
  }
}

// Each thread sums its own share of the blocks; the sums are added in the order of the shares.
template <class T>
void conv2d_backward_weight(const Conv2dShape& s, const T* x, const T* dy, T* dw) {
  if (s.depthwise()) return depthwise_conv2d_backward_weight(s, x, dy, dw);
  const Blocks blocks(s);
  const std::int64_t shares = std::min<std::int64_t>(thread_count(), blocks.count());
  const std::int64_t size = s.out_channels * s.patch();
  Scratch<T> sums(shares * size);
#pragma omp parallel for schedule(static, 1) if (shares > 1)
  for (std::int64_t share = 0; share < shares; ++share) {
    weight_gradient(s, blocks, share * blocks.count() / shares,
                    (share + 1) * blocks.count() / shares, x, dy, sums.data() + share * size);
  }
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

template void conv2d(const Conv2dShape&, const float*, const float*, const float*, float*);
template void conv2d(const Conv2dShape&, const double*, const double*, const double*, double*);
template void conv2d_backward_input(const Conv2dShape&, const float*, const float*, float*);
template void conv2d_backward_input(const Conv2dShape&, const double*, const double*, double*);
template void conv2d_backward_weight(const Conv2dShape&, const float*, const float*, float*);
template void conv2d_backward_weight(const Conv2dShape&, const double*, const double*, double*);
template void conv2d_backward_bias(const Conv2dShape&, const float*, float*);
template void conv2d_backward_bias(const Conv2dShape&, const double*, double*);

}  // namespace limn::kernels
