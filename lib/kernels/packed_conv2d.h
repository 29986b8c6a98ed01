// Convolution with weights that are packed once: what inference runs after batch normalisation has
// been folded into them, and what training runs with weights packed on the spot.
#pragma once

#include <vector>

#include "kernels/conv2d.h"
#include "kernels/packed_product.h"
#include "kernels/winograd.h"

namespace limn::kernels {

/// y = limits(scale · (x ∗ w) + bias + residual). Depthwise convolutions are float32 always.
class PackedConv2d {
 public:
  /// w [O, C/groups, kh, kw]; scale [O] and bias [O] may be nullptr, the bias is copied. Of
  /// `shape`, channels, groups, kernel, stride and dilation matter.
  PackedConv2d(const Conv2dShape& shape, const float* w, const float* scale, const float* bias,
               Activation activation, Precision precision);

  /// `shape` must be as given before in all that matters; `residual` [as y] may be
  /// nullptr, and must be for a depthwise convolution.
  void operator()(const Conv2dShape& shape, const float* x, const float* residual, float* y) const;

 private:
  void few_pixels(const Conv2dShape& shape, const float* x, const float* residual, float* y) const;

  Limits limits_;
  Tensor bias_;
  // One of these three.
  Tensor depthwise_;  // [kh·kw, C]
  WinogradConv2d winograd_;
  std::vector<PackedProduct> products_;  // one for each group, [kh·kw·C/groups, O/groups]
};

}  // namespace limn::kernels
