#include "limn/ops/softmax.h"

#include "kernels/softmax.h"
#include "limn/core/dispatch.h"
#include "ops/axis_view.h"

namespace limn::ops {
Variable softmax(const Variable& x, int axis) {
  const kernels::AxisShape shape = axis_view("softmax", x.shape(), axis);
  Tensor y(x.shape(), x.dtype());
  for_floating(x.dtype(), "softmax",
               [&]<class T>() { kernels::softmax<T>(shape, x.value().data<T>(), y.data<T>()); });
  return Variable::make(y, {x}, [x, y, shape](const Tensor& dy) {
    for_floating(dy.dtype(), "softmax", [&]<class T>() {
      kernels::softmax_backward<T>(shape, y.data<T>(), dy.data<T>(), x.grad().data<T>());
    });
  });
}

Variable log_softmax(const Variable& x, int axis) {
  const kernels::AxisShape shape = axis_view("log_softmax", x.shape(), axis);
  Tensor y(x.shape(), x.dtype());
  for_floating(x.dtype(), "log_softmax", [&]<class T>() {
    kernels::log_softmax<T>(shape, x.value().data<T>(), y.data<T>());
  });
  return Variable::make(y, {x}, [x, y, shape](const Tensor& dy) {
    for_floating(dy.dtype(), "log_softmax", [&]<class T>() {
      kernels::log_softmax_backward<T>(shape, y.data<T>(), dy.data<T>(), x.grad().data<T>());
    });
  });
}

}  // namespace limn::ops
