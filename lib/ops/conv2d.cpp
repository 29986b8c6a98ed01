#include "limn/ops/conv2d.h"

#include <algorithm>

#include "core/check.h"
#include "limn/core/dispatch.h"
#include "ops/conv2d_shape.h"
#include "ops/window.h"

namespace limn::ops {
namespace {

void check_sizes(const Shape& x, const Shape& weight, const Conv2dOptions& o) {
  require(x.rank() == 4, "conv2d: x must be [B, H, W, C]; got {}", x);
  require(weight.rank() == 4, "conv2d: weight must be [O, C/groups, kh, kw]; got {}", weight);
  require(std::min({o.stride[0], o.stride[1], o.dilation[0], o.dilation[1], o.groups}) >= 1,
          "conv2d: stride, dilation and groups must be at least 1; got [{}, {}], [{}, {}], {}",
          o.stride[0], o.stride[1], o.dilation[0], o.dilation[1], o.groups);
  require(std::min({o.padding.top, o.padding.bottom, o.padding.left, o.padding.right}) >= 0,
          "conv2d: padding must not be negative; got top {}, bottom {}, left {}, right {}",
          o.padding.top, o.padding.bottom, o.padding.left, o.padding.right);
  require(x[3] == weight[1] * o.groups && weight[0] % o.groups == 0,
          "conv2d: x {} does not fit weight {} in {} groups (x is channels-last, weight is [O, "
          "C/groups, kh, kw])",
          x, weight, o.groups);
}

void check_operands(const Variable& x, const Variable& weight, const Variable& bias) {
  require(!bias.defined() || bias.shape() == Shape{weight.shape()[0]},
          "conv2d: bias must be [{}]; got {}", weight.shape()[0], bias);
  require(weight.dtype() == x.dtype() && (!bias.defined() || bias.dtype() == x.dtype()),
          "conv2d: x, weight and bias must be of one dtype; got {}, {} and {}", x, weight, bias);
}

}  // namespace

kernels::Conv2dShape conv2d_shape(const Shape& x, const Shape& weight, const Conv2dOptions& o) {
  check_sizes(x, weight, o);
  kernels::Conv2dShape s;
  s.batch = x[0];
  s.in_channels = x[3];
  s.out_channels = weight[0];
  s.groups = o.groups;
  s.stride = o.stride;
  s.dilation = o.dilation;
  const std::int64_t before[] = {o.padding.top, o.padding.left};
  const std::int64_t after[] = {o.padding.bottom, o.padding.right};
  for (int axis = 0; axis < 2; ++axis) {
    s.input[axis] = x[1 + axis];
    s.kernel[axis] = weight[2 + axis];
    const std::int64_t extent = window_extent(s.kernel[axis], s.dilation[axis]);
    if (o.padding.same) {
      s.output[axis] = (s.input[axis] + s.stride[axis] - 1) / s.stride[axis];
      const std::int64_t total = (s.output[axis] - 1) * s.stride[axis] + extent - s.input[axis];
      s.pad[axis] = std::max<std::int64_t>(total, 0) / 2;
    } else {
      s.pad[axis] = before[axis];
      const std::int64_t padded = s.input[axis] + before[axis] + after[axis];
      s.output[axis] = window_count(padded, extent, s.stride[axis]);
    }
  }
  require(s.taps() > 0 && s.output[0] > 0 && s.output[1] > 0,
          "conv2d: the kernel of weight {} (dilation [{}, {}]) does not fit into the padded "
          "picture of x {}",
          weight, o.dilation[0], o.dilation[1], x);
  return s;
}

Variable conv2d(const Variable& x, const Variable& weight, const Variable& bias,
                const Conv2dOptions& options) {
  const kernels::Conv2dShape s = conv2d_shape(x.shape(), weight.shape(), options);
  check_operands(x, weight, bias);
  Tensor y(Shape{s.batch, s.output[0], s.output[1], s.out_channels}, x.dtype());
  for_floating(x.dtype(), "conv2d", [&]<class T>() {
    kernels::conv2d<T>(s, x.value().data<T>(), weight.value().data<T>(),
                       bias.defined() ? bias.value().data<T>() : nullptr, y.data<T>());
  });
  std::vector<Variable> inputs = {x, weight};
  if (bias.defined()) inputs.push_back(bias);
  return Variable::make(y, std::move(inputs), [x, weight, bias, s](const Tensor& dy) {
    for_floating(dy.dtype(), "conv2d", [&]<class T>() {
      if (x.requires_grad()) {
        kernels::conv2d_backward_input<T>(s, weight.value().data<T>(), dy.data<T>(),
                                          x.grad().data<T>());
      }
      if (weight.requires_grad()) {
        kernels::conv2d_backward_weight<T>(s, x.value().data<T>(), dy.data<T>(),
                                           weight.grad().data<T>());
      }
      if (bias.requires_grad()) {
        kernels::conv2d_backward_bias<T>(s, dy.data<T>(), bias.grad().data<T>());
      }
    });
  });
}

}  // namespace limn::ops
