#include "limn/ops/arithmetic.h"

#include "core/check.h"
#include "kernels/arithmetic.h"
#include "kernels/elementwise.h"
#include "limn/core/dispatch.h"

namespace limn::ops {
namespace {

using kernels::Arithmetic;

Shape result_shape(const char* op, const Variable& a, const Variable& b) {
  require(a.dtype() == b.dtype(), "{}: a is {}, but b is {}", op, name_of(a.dtype()),
          name_of(b.dtype()));
  const auto shape = kernels::broadcast_shape(a.shape(), b.shape());
  require(shape.has_value(),
          "{}: sizes must be equal or 1, axis by axis from the last; got {} and {}", op, a.shape(),
          b.shape());
  return *shape;
}

template <class T>
void arithmetic_backward(Arithmetic operation, const Variable& a, const Variable& b,
                         const Tensor& dy) {
  if (operation == Arithmetic::add && a.shape() == b.shape()) {
    if (a.requires_grad()) a.add_to_grad(dy);
    if (b.requires_grad()) b.add_to_grad(dy);
    return;
  }
  const kernels::Broadcast loop = kernels::broadcast_loop(a.shape(), b.shape());
  const T* left = a.value().data<T>();
  const T* right = b.value().data<T>();
  if (a.requires_grad())
    kernels::arithmetic_backward_a<T>(operation, loop, left, right, dy.data<T>(),
                                      a.grad().data<T>());
  if (b.requires_grad())
    kernels::arithmetic_backward_b<T>(operation, loop, left, right, dy.data<T>(),
                                      b.grad().data<T>());
}

Variable arithmetic(Arithmetic operation, const char* op, const Variable& a, const Variable& b) {
  Tensor y(result_shape(op, a, b), a.dtype());
  for_floating(a.dtype(), op, [&]<class T>() {
    kernels::arithmetic<T>(operation, kernels::broadcast_loop(a.shape(), b.shape()),
                           a.value().data<T>(), b.value().data<T>(), y.data<T>());
  });
  return Variable::make(y, {a, b}, [a, b, operation, op](const Tensor& dy) {
    for_floating(dy.dtype(), op, [&]<class T>() { arithmetic_backward<T>(operation, a, b, dy); });
  });
}

}  // namespace

Variable add(const Variable& a, const Variable& b) {
  return arithmetic(Arithmetic::add, "add", a, b);
}

Variable subtract(const Variable& a, const Variable& b) {
  return arithmetic(Arithmetic::subtract, "subtract", a, b);
}

Variable multiply(const Variable& a, const Variable& b) {
  return arithmetic(Arithmetic::multiply, "multiply", a, b);
}

Variable divide(const Variable& a, const Variable& b) {
  return arithmetic(Arithmetic::divide, "divide", a, b);
}

Variable affine(const Variable& x, double scale, double offset) {
  Tensor y(x.shape(), x.dtype());
  for_floating(x.dtype(), "affine", [&]<class T>() {
    kernels::affine<T>(y.elements(), static_cast<T>(scale), static_cast<T>(offset),
                       x.value().data<T>(), y.data<T>());
  });
  return Variable::make(y, {x}, [x, scale](const Tensor& dy) {
    for_floating(dy.dtype(), "affine", [&]<class T>() {
      kernels::axpy<T>(dy.elements(), static_cast<T>(scale), dy.data<T>(), x.grad().data<T>());
    });
  });
}

}  // namespace limn::ops
