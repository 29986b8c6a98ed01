#include "limn/ops/reduce.h"

#include <vector>

#include "kernels/elementwise.h"
#include "kernels/reduce.h"
#include "limn/core/dispatch.h"
#include "limn/ops/arithmetic.h"
#include "ops/axis_view.h"

namespace limn::ops {
namespace {

Variable sum_along(const char* op, const Variable& x, const AxisView& view) {
  const kernels::AxisShape shape = view;
  std::vector<std::int64_t> sizes(x.shape().begin(), x.shape().end());
  sizes.erase(sizes.begin() + view.axis);
  Tensor y(Shape(sizes), x.dtype());
  for_floating(x.dtype(), op,
               [&]<class T>() { kernels::sum<T>(shape, x.value().data<T>(), y.data<T>()); });
  return Variable::make(y, {x}, [x, shape](const Tensor& dy) {
    for_floating(dy.dtype(), "sum", [&]<class T>() {
      kernels::sum_backward<T>(shape, dy.data<T>(), x.grad().data<T>());
    });
  });
}

Variable sum_of_all(const char* op, const Variable& x) {
  return for_floating(x.dtype(), op, [&]<class T>() {
    const std::int64_t n = x.value().elements();
    const double total = kernels::sum<T>(n, x.value().data<T>());
    return Variable::make(Tensor::full(Shape{}, total, x.dtype()), {x}, [x, n](const Tensor& dy) {
      T* dx = x.grad().data<T>();
      kernels::affine<T>(n, 1, *dy.data<T>(), dx, dx);
    });
  });
}

double share_of(std::int64_t n) { return 1 / static_cast<double>(n); }

}  // namespace

Variable sum(const Variable& x) { return sum_of_all("sum", x); }

Variable mean(const Variable& x) {
  return affine(sum_of_all("mean", x), share_of(x.value().elements()));
}

Variable sum(const Variable& x, int axis) {
  return sum_along("sum", x, axis_view("sum", x.shape(), axis));
}

Variable mean(const Variable& x, int axis) {
  const AxisView view = axis_view("mean", x.shape(), axis);
  return affine(sum_along("mean", x, view), share_of(view.n));
}

}  // namespace limn::ops
