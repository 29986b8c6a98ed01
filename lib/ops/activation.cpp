#include "limn/ops/activation.h"

#include "kernels/activation.h"
#include "kernels/gelu.h"
#include "limn/core/dispatch.h"
#include "limn/ops/arithmetic.h"
#include "limn/ops/reshape.h"
#include "ops/axis_view.h"

namespace limn::ops {
namespace {

using kernels::Activation;

// All of these have a derivative that follows from the result alone, so backward keeps y and not x.
Variable activation(const Variable& x, Activation function, const char* op) {
  Tensor y(x.shape(), x.dtype());
  for_floating(x.dtype(), op, [&]<class T>() {
    kernels::activation<T>(function, y.elements(), x.value().data<T>(), y.data<T>());
  });
  return Variable::make(y, {x}, [x, y, function, op](const Tensor& dy) {
    for_floating(y.dtype(), op, [&]<class T>() {
      kernels::activation_backward<T>(function, y.elements(), y.data<T>(), dy.data<T>(),
                                      x.grad().data<T>());
    });
  });
}

}  // namespace

Variable relu(const Variable& x) { return activation(x, Activation::relu, "relu"); }

Variable relu6(const Variable& x) { return activation(x, Activation::relu6, "relu6"); }

Variable tanh(const Variable& x) { return activation(x, Activation::tanh, "tanh"); }

Variable sigmoid(const Variable& x) { return activation(x, Activation::sigmoid, "sigmoid"); }

Variable gelu(const Variable& x, Gelu form) {
  const auto kernel = form == Gelu::erf ? kernels::GeluForm::erf : kernels::GeluForm::tanh;
  Tensor y(x.shape(), x.dtype());
  for_floating(x.dtype(), "gelu", [&]<class T>() {
    kernels::gelu<T>(kernel, y.elements(), x.value().data<T>(), y.data<T>());
  });
  return Variable::make(y, {x}, [x, kernel](const Tensor& dy) {
    for_floating(dy.dtype(), "gelu", [&]<class T>() {
      kernels::gelu_backward<T>(kernel, dy.elements(), x.value().data<T>(), dy.data<T>(),
                                x.grad().data<T>());
    });
  });
}

Variable glu(const Variable& x, int axis) {
  const AxisView view = axis_view("glu", x.shape(), axis);
  require(view.n % 2 == 0, "glu: axis {} of {} must have an even size; got {}", axis, x.shape(),
          view.n);
  const Variable gate = sigmoid(slice(x, axis, view.n / 2, view.n));
  return multiply(slice(x, axis, 0, view.n / 2), gate);
}

}  // namespace limn::ops
