#include "autograd/accumulate.h"
#include "core/check.h"
#include "kernels/column_sums.h"
#include "kernels/gemm.h"
#include "limn/core/dispatch.h"
#include "limn/ops/linear.h"
#include "ops/linear_shape.h"
#include "ops/packed_weights.h"

namespace limn::ops {
namespace {

using kernels::Transpose;

LinearShape transposed_shape(const Variable& x, const Variable& weight, const Variable& bias) {
  require(weight.shape().rank() == 2, "transposed_linear: weight must be a matrix; got {}",
          weight.shape());
  const LinearShape s{
      .rows = x.shape().rows(), .inputs = weight.shape()[0], .outputs = weight.shape()[1]};
  require(x.shape().rank() >= 1 && x.shape()[-1] == s.inputs,
          "transposed_linear: x must be [..., {}] for weight {}; got {}", s.inputs, weight.shape(),
          x.shape());
  check_linear_operands("transposed_linear", x, weight, bias, s.outputs);
  return s;
}

template <class T>
void transposed_forward(const LinearShape& s, const Variable& x, const Variable& weight,
                        const Variable& bias, Tensor& y) {
  const auto product = weight_product<T>(weight.value(), s.inputs, s.outputs,
                                         kernels::strided(weight.value().data<T>(), s.outputs));
  product->multiply(s.rows, x.value().data<T>(), s.inputs,
                    {.bias = bias.defined() ? bias.value().data<T>() : nullptr}, y.data<T>(),
                    s.outputs);
}

template <class T>
void transposed_backward(const LinearShape& s, const Variable& x, const Variable& weight,
                         const Variable& bias, const Tensor& dy) {
  if (x.requires_grad()) {
    accumulate<T>(x, [&](T* gradient, bool add) {
      kernels::gemm<T>(s.rows, s.inputs, s.outputs, dy.data<T>(), weight.value().data<T>(),
                       gradient, {.b = Transpose::yes, .add = add});
    });
  }
  if (weight.requires_grad()) {
    accumulate<T>(weight, [&](T* gradient, bool add) {
      kernels::gemm<T>(s.inputs, s.outputs, s.rows, x.value().data<T>(), dy.data<T>(), gradient,
                       {.a = Transpose::yes, .add = add});
    });
  }
  if (bias.requires_grad())
    kernels::add_column_sums<T>(s.rows, s.outputs, dy.data<T>(), bias.grad().data<T>());
}

}  // namespace

Variable transposed_linear(const Variable& x, const Variable& weight, const Variable& bias) {
  const LinearShape s = transposed_shape(x, weight, bias);
  Tensor y(x.shape().with(-1, s.outputs), x.dtype());
  for_floating(x.dtype(), "transposed_linear",
               [&]<class T>() { transposed_forward<T>(s, x, weight, bias, y); });
  std::vector<Variable> inputs = {x, weight};
  if (bias.defined()) inputs.push_back(bias);
  return Variable::make(y, std::move(inputs), [s, x, weight, bias](const Tensor& dy) {
    for_floating(dy.dtype(), "transposed_linear",
                 [&]<class T>() { transposed_backward<T>(s, x, weight, bias, dy); });
  });
}

}  // namespace limn::ops
