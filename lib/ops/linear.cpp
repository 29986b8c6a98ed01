#include "limn/ops/linear.h"

#include "autograd/accumulate.h"
#include "core/check.h"
#include "kernels/column_sums.h"
#include "limn/core/dispatch.h"
#include "ops/linear_shape.h"
#include "ops/packed_weights.h"
#include "ops/weight_gradients.h"

namespace limn::ops {
namespace {

/// x [rows, inputs] with the columns of the weight from `first` on.
struct Part {
  LinearShape s;
  std::int64_t first = 0;
  std::int64_t stride = 0;  ///< columns of the weight
};

template <class T>
void forward(const Part& p, const Variable& x, const Variable& weight, const Variable& bias,
             Tensor& y) {
  const auto product = weight_product<T>(
      weight.value(), p.s.inputs, p.s.outputs,
      kernels::strided(weight.value().data<T>() + p.first, p.stride, kernels::Transpose::yes));
  product->multiply(p.s.rows, x.value().data<T>(), p.s.inputs,
                    {.bias = bias.defined() ? bias.value().data<T>() : nullptr}, y.data<T>(),
                    p.s.outputs);
}

template <class T>
void backward(const Part& p, const Variable& x, const Variable& weight, const Variable& bias,
              const Tensor& dy) {
  const LinearShape& s = p.s;
  if (x.requires_grad()) {
    const auto product = weight_product_of_backward<T>(
        weight.value(), s.outputs, s.inputs,
        kernels::strided(weight.value().data<T>() + p.first, p.stride));
    accumulate<T>(x, [&](T* gradient, bool add) {
      product->multiply(s.rows, dy.data<T>(), s.outputs, {.result = add}, gradient, s.inputs);
    });
  }
  if (weight.requires_grad()) add_weight_gradient(weight, p.first, x.value(), dy);
  if (bias.requires_grad())
    kernels::add_column_sums<T>(s.rows, s.outputs, dy.data<T>(), bias.grad().data<T>());
}

Variable make(const char* op, const Part& p, const Variable& x, const Variable& weight,
              const Variable& bias) {
  Tensor y(x.shape().with(-1, p.s.outputs), x.dtype());
  for_floating(x.dtype(), op, [&]<class T>() { forward<T>(p, x, weight, bias, y); });
  std::vector<Variable> inputs = {x, weight};
  if (bias.defined()) inputs.push_back(bias);
  return Variable::make(y, std::move(inputs), [op, p, x, weight, bias](const Tensor& dy) {
    for_floating(dy.dtype(), op, [&]<class T>() { backward<T>(p, x, weight, bias, dy); });
  });
}

}  // namespace

void check_linear_operands(const char* op, const Variable& x, const Variable& weight,
                           const Variable& bias, std::int64_t outputs) {
  require(!bias.defined() || bias.shape() == Shape{outputs},
          "{}: bias must be [{}] for weight {}; got {}", op, outputs, weight.shape(), bias);
  require(weight.dtype() == x.dtype() && (!bias.defined() || bias.dtype() == x.dtype()),
          "{}: x, weight and bias must be of one dtype; got {}, {} and {}", op, x, weight, bias);
}

LinearShape linear_shape(const char* op, const Variable& x, const Variable& weight,
                         const Variable& bias) {
  require(weight.shape().rank() == 2, "{}: weight must be a matrix; got {}", op, weight.shape());
  const LinearShape s{
      .rows = x.shape().rows(), .inputs = weight.shape()[1], .outputs = weight.shape()[0]};
  require(x.shape().rank() >= 1 && x.shape()[-1] == s.inputs,
          "{}: x must be [..., {}] for weight {}; got {}", op, s.inputs, weight.shape(), x.shape());
  check_linear_operands(op, x, weight, bias, s.outputs);
  return s;
}

Variable linear(const Variable& x, const Variable& weight, const Variable& bias) {
  const LinearShape s = linear_shape("linear", x, weight, bias);
  return make("linear", {s, 0, s.inputs}, x, weight, bias);
}

Variable linear_part(const Variable& x, const Variable& weight, std::int64_t first,
                     const Variable& bias) {
  require(weight.shape().rank() == 2 && x.shape().rank() >= 1,
          "linear_part: needs a matrix and x [..., F]; got weight {} and x {}", weight.shape(),
          x.shape());
  const LinearShape s{
      .rows = x.shape().rows(), .inputs = x.shape()[-1], .outputs = weight.shape()[0]};
  require(0 <= first && first + s.inputs <= weight.shape()[1],
          "linear_part: x {} does not fit into weight {} from column {} on", x.shape(),
          weight.shape(), first);
  check_linear_operands("linear_part", x, weight, bias, s.outputs);
  return make("linear_part", {s, first, weight.shape()[1]}, x, weight, bias);
}

}  // namespace limn::ops
