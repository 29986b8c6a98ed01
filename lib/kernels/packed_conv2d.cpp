#include "kernels/packed_conv2d.h"

#include <algorithm>

#include "kernels/conv2d_blocks.h"
#include "kernels/depthwise_conv2d.h"
#include "kernels/scratch.h"
#include "limn/core/error.h"

namespace limn::kernels {
namespace {

const float* shifted(const float* from, std::int64_t by) {
  return from == nullptr ? nullptr : from + by;
}

}  // namespace

PackedConv2d::PackedConv2d(const Conv2dShape& s, const float* w, const float* scale,
                           const float* bias, Activation activation)
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
  Scratch<float> rows(s.out_channels * s.patch());
  pack_taps(s, w, rows.data());
  for (std::int64_t group = 0; group < s.groups; ++group) {
    const std::int64_t first = group * s.group_out();
    products_.emplace_back(s.patch(), s.group_out(), rows.data() + first * s.patch(),
                           Transpose::yes, shifted(scale, first));
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
  if (s.pointwise()) {
    return packed_gemm(s.batch * s.out_pixels(), x, s.in_channels, products_[0],
                       {bias, residual, limits_}, y, s.out_channels);
  }
  const Conv2dBlocks blocks(s);
#pragma omp parallel if (blocks.count() > 1)
  {
    Scratch<float> buffer(blocks.buffer_elements());
#pragma omp for schedule(static)
    for (std::int64_t block = 0; block < blocks.count(); ++block) {
      for (std::int64_t group = 0; group < s.groups; ++group) {
        const std::int64_t column = group * s.group_out();
        const std::int64_t at = blocks.result(block) + column;
        const float* patches = blocks.patches(block, group, x, buffer.data());
        const PackedMatrix& weights = products_[static_cast<std::size_t>(group)];
        packed_gemm(blocks.rows(block), patches, s.patch(), weights, 0, weights.panels(),
                    {shifted(bias, column), shifted(residual, at), limits_}, y + at,
                    s.out_channels);
      }
    }
  }
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

template void pack_taps(const Conv2dShape&, const float*, float*);
template void pack_taps(const Conv2dShape&, const double*, double*);

}  // namespace limn::kernels
