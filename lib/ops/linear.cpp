#include "limn/ops/linear.h"

#include "core/check.h"
#include "kernels/column_sums.h"
#include "kernels/gemm.h"
#include "kernels/rows.h"
#include "limn/core/dispatch.h"
#include "ops/linear_shape.h"

namespace limn::ops {
namespace {

using kernels::Transpose;

template <class T>
void linear_backward(const Variable& x, const Variable& weight, const Variable& bias, LinearShape s,
                     const Tensor& dy) {
  if (x.requires_grad()) {
    kernels::gemm<T>(s.rows, s.inputs, s.outputs, dy.data<T>(), weight.value().data<T>(),
                     x.grad().data<T>(), {.beta = 1});
  }
  if (weight.requires_grad()) {
    kernels::gemm<T>(s.outputs, s.inputs, s.rows, dy.data<T>(), x.value().data<T>(),
                     weight.grad().data<T>(), {.a = Transpose::yes, .beta = 1});
  }
  if (bias.requires_grad())
    kernels::add_column_sums<T>(s.rows, s.outputs, dy.data<T>(), bias.grad().data<T>());
}

}  // namespace

LinearShape linear_shape(const char* op, const Variable& x, const Variable& weight,
                         const Variable& bias) {
  require(weight.shape().rank() == 2, "{}: weight must be a matrix; got {}", op,
          weight.shape().to_string());
  const LinearShape s{
      .rows = x.shape().rows(), .inputs = weight.shape()[1], .outputs = weight.shape()[0]};
  require(x.shape().rank() >= 1 && x.shape()[-1] == s.inputs,
          "{}: x must be [..., {}] for weight {}; got {}", op, s.inputs, weight.shape().to_string(),
          x.shape().to_string());
  require(!bias.defined() || bias.shape() == Shape{s.outputs},
          "{}: bias must be [{}] for weight {}; got {}", op, s.outputs, weight.shape().to_string(),
          bias.defined() ? bias.shape().to_string() : "");
  require(weight.dtype() == x.dtype() && (!bias.defined() || bias.dtype() == x.dtype()),
          "{}: x is {}, but weight is {}{}", op, name_of(x.dtype()), name_of(weight.dtype()),
          bias.defined() ? " and bias " + std::string(name_of(bias.dtype())) : "");
  return s;
}

Variable linear(const Variable& x, const Variable& weight, const Variable& bias) {
  const LinearShape s = linear_shape("linear", x, weight, bias);
  Tensor y(x.shape().with(-1, s.outputs), x.dtype());
  for_floating(x.dtype(), "linear", [&]<class T>() {
    if (bias.defined())
      kernels::repeat_row<T>(s.rows, s.outputs, bias.value().data<T>(), y.data<T>());
    kernels::gemm<T>(s.rows, s.outputs, s.inputs, x.value().data<T>(), weight.value().data<T>(),
                     y.data<T>(), {.b = Transpose::yes, .beta = bias.defined() ? 1.0 : 0.0});
  });
  std::vector<Variable> inputs = {x, weight};
  if (bias.defined()) inputs.push_back(bias);
  return Variable::make(y, std::move(inputs), [x, weight, bias, s](const Tensor& dy) {
    for_floating(dy.dtype(), "linear",
                 [&]<class T>() { linear_backward<T>(x, weight, bias, s, dy); });
  });
}

}  // namespace limn::ops
