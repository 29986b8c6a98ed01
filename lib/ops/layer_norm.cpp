#include "limn/ops/layer_norm.h"

#include <cmath>
#include <memory>
#include <vector>

#include "core/check.h"
#include "kernels/layer_norm.h"
#include "limn/core/dispatch.h"

namespace limn::ops {
namespace {

void check_layer_norm(const Variable& x, const Variable& weight, const Variable& bias,
                      const LayerNormOptions& options) {
  require(x.shape().rank() >= 1, "layer_norm: x must be [..., D]; got {}", x.shape());
  const Shape row{x.shape()[-1]};
  const auto fits = [&](const Variable& parameter) {
    return !parameter.defined() || (parameter.shape() == row && parameter.dtype() == x.dtype());
  };
  require(fits(weight) && fits(bias),
          "layer_norm: x {} needs weight and bias of {} and its dtype; got {}, {}", x, row, weight,
          bias);
  require(options.epsilon >= 0 && std::isfinite(options.epsilon),
          "layer_norm: epsilon must be at least 0; got {}", options.epsilon);
  require(row[0] >= (options.unbiased ? 2 : 1), "layer_norm: needs D of at least {}; x is {}",
          options.unbiased ? 2 : 1, x.shape());
}

template <class T>
const T* data_of(const Variable& parameter) {
  return parameter.defined() ? parameter.value().data<T>() : nullptr;
}

template <class T>
T* wanted_grad(const Variable& v) {
  return v.defined() && v.requires_grad() ? v.grad().data<T>() : nullptr;
}

template <class T>
Variable layer_norm_of(const Variable& x, const Variable& weight, const Variable& bias,
                       const LayerNormOptions& options) {
  const kernels::LayerNormShape shape{x.shape().rows(), x.shape()[-1], options.epsilon,
                                      options.unbiased};
  const auto moments =
      std::make_shared<std::vector<kernels::RowMoments<T>>>(static_cast<std::size_t>(shape.rows));
  Tensor y(x.shape(), x.dtype());
  kernels::layer_norm<T>(shape, x.value().data<T>(), data_of<T>(weight), data_of<T>(bias),
                         moments->data(), y.data<T>());
  std::vector<Variable> inputs = {x};
  for (const Variable& parameter : {weight, bias})
    if (parameter.defined()) inputs.push_back(parameter);
  return Variable::make(y, std::move(inputs), [=](const Tensor& dy) {
    kernels::layer_norm_backward<T>(
        shape, {x.value().data<T>(), data_of<T>(weight), moments->data(), dy.data<T>(),
                wanted_grad<T>(x), wanted_grad<T>(weight), wanted_grad<T>(bias)});
  });
}

}  // namespace

Variable layer_norm(const Variable& x, const Variable& weight, const Variable& bias,
                    const LayerNormOptions& options) {
  check_layer_norm(x, weight, bias, options);
  return for_floating(x.dtype(), "layer_norm",
                      [&]<class T>() { return layer_norm_of<T>(x, weight, bias, options); });
}

}  // namespace limn::ops
