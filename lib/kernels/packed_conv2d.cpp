#include "kernels/packed_conv2d.h"

#include <algorithm>

#include "kernels/conv2d_blocks.h"
#include "kernels/depthwise_conv2d.h"
#include "kernels/scratch.h"
#include "kernels/strided_matrix.h"
#include "kernels/tasks.h"
#include "kernels/write_back.h"
#include "limn/core/error.h"
#include "limn/core/threads.h"

namespace limn::kernels {
namespace {

// How many elements the patches of all pixels may have at once.
constexpr std::int64_t kMostPatches = std::int64_t{1} << 22;

// Whether blocks of pixels leave threads without work.
bool leaves_threads_idle(const Conv2dBlocks& blocks) {
  const std::int64_t threads = thread_count(), count = blocks.count();
  return threads > 1 && count < 4 * threads && count % threads != 0;
}

}  // namespace

PackedConv2d::PackedConv2d(const Conv2dShape& s, const float* w, const float* scale,
                           const float* bias, Activation activation, Precision precision)
    : limits_(Limits::of(activation)) {
  if (bias != nullptr) {
    bias_ = Tensor(Shape{s.out_channels});
    std::copy_n(bias, s.out_channels, bias_.data<float>());
  }
  if (s.depthwise()) {
    depthwise_ = Tensor(Shape{s.taps(), s.in_channels});
    pack_depthwise(s, w, scale, depthwise_.data<float>());
    return;
  }
  if (precision == Precision::float32 && WinogradConv2d::fits(s)) {
    winograd_ = WinogradConv2d(s, w, scale);
    return;
  }
  Scratch<float> rows(s.out_channels * s.patch());
  pack_taps(s, w, rows.data());
  for (std::int64_t group = 0; group < s.groups; ++group) {
    const std::int64_t first = group * s.group_out();
    products_.emplace_back(
        s.patch(), s.group_out(),
        strided<float>(rows.data() + first * s.patch(), s.patch(), Transpose::yes), precision,
        shifted(scale, first));
  }
}

void PackedConv2d::operator()(const Conv2dShape& s, const float* x, const float* residual,
                              float* y) const {
  const float* bias = bias_.defined() ? bias_.data<float>() : nullptr;
  if (s.depthwise()) {
    LIMN_ASSERT(residual == nullptr);
    return depthwise_conv2d_packed(s, x, depthwise_.data<float>(), bias, limits_.low, limits_.high,
                                   y);
  }
  if (winograd_.defined()) return winograd_(s, x, {bias, residual, limits_}, y);
  if (s.pointwise()) {
    return products_[0].multiply(s.batch * s.out_pixels(), x, s.in_channels,
                                 {bias, residual, limits_}, y, s.out_channels);
  }
  const Conv2dBlocks blocks(s);
  if (s.groups == 1 && leaves_threads_idle(blocks) &&
      s.batch * s.out_pixels() * s.patch() <= kMostPatches) {
    return few_pixels(s, x, residual, y);
  }
  const bool parallel = blocks.count() > 1;
  const ThreadScratch<float> buffer(parallel, blocks.buffer_elements());
  for_each_task(blocks.count(), parallel, [&](std::int64_t block) {
    for (std::int64_t group = 0; group < s.groups; ++group) {
      const std::int64_t column = group * s.group_out();
      const std::int64_t at = blocks.result(block) + column;
      const float* patches = blocks.patches(block, group, x, buffer.mine());
      products_[static_cast<std::size_t>(group)].multiply(
          blocks.rows(block), patches, s.patch(),
          {shifted(bias, column), shifted(residual, at), limits_}, y + at, s.out_channels);
    }
  });
}

// All patches first, then one product, whose columns are shared out too.
void PackedConv2d::few_pixels(const Conv2dShape& s, const float* x, const float* residual,
                              float* y) const {
  const std::int64_t pixels = s.out_pixels(), rows = s.batch * pixels;
  Scratch<float> patches(rows * s.patch());
#pragma omp parallel for schedule(static) if (rows * s.patch() >= 65536)
  for (std::int64_t row = 0; row < rows; ++row) {
    im2col(s, 0, row % pixels, 1, x + row / pixels * s.in_pixels() * s.in_channels,
           patches.data() + row * s.patch());
  }
  products_[0].multiply(rows, patches.data(), s.patch(),
                        {bias_.defined() ? bias_.data<float>() : nullptr, residual, limits_}, y,
                        s.out_channels);
}

}  // namespace limn::kernels
