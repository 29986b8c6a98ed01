#include "limn/ops/batch_norm.h"

#include <cmath>

#include "core/check.h"
#include "kernels/batch_norm.h"
#include "limn/core/dispatch.h"

namespace limn::ops {
namespace {

void check(const Variable& x, const Variable& gamma, const Variable& beta, const Tensor& mean,
           const Tensor& variance, const BatchNormOptions& options) {
  require(x.shape().rank() >= 2, "batch_norm: x must be [..., C] with at least two axes; got {}",
          x.shape().to_string());
  const Shape channels{x.shape()[-1]};
  const auto fits = [&](const Shape& shape, DType dtype) {
    return shape == channels && dtype == x.dtype();
  };
  require(
      fits(gamma.shape(), gamma.dtype()) && fits(beta.shape(), beta.dtype()) &&
          fits(mean.shape(), mean.dtype()) && fits(variance.shape(), variance.dtype()),
      "batch_norm: x {} {} needs gamma, beta, mean and variance of {} and its dtype; got {} {}, "
      "{} {}, {} {}, {} {}",
      x.shape().to_string(), name_of(x.dtype()), channels.to_string(), gamma.shape().to_string(),
      name_of(gamma.dtype()), beta.shape().to_string(), name_of(beta.dtype()),
      mean.shape().to_string(), name_of(mean.dtype()), variance.shape().to_string(),
      name_of(variance.dtype()));
  require(options.epsilon > 0 && options.momentum >= 0 && options.momentum <= 1,
          "batch_norm: epsilon must be above 0 and momentum in [0, 1]; got {} and {}",
          options.epsilon, options.momentum);
  require(!options.training || x.shape().rows() >= 2,
          "batch_norm: training needs at least two values per channel; x is {}",
          x.shape().to_string());
}

template <class T>
void move_running(std::int64_t rows, double momentum, const Tensor& mean, const Tensor& variance,
                  Tensor& running_mean, Tensor& running_variance) {
  const double unbiased = static_cast<double>(rows) / static_cast<double>(rows - 1);
  for (std::int64_t c = 0; c < mean.elements(); ++c) {
    T& m = running_mean.data<T>()[c];
    T& v = running_variance.data<T>()[c];
    m = static_cast<T>((1 - momentum) * m + momentum * mean.data<T>()[c]);
    v = static_cast<T>((1 - momentum) * v + momentum * unbiased * variance.data<T>()[c]);
  }
}

template <class T>
Tensor inverse_deviation_of(const Tensor& variance, double epsilon) {
  Tensor result(variance.shape(), variance.dtype());
  for (std::int64_t c = 0; c < variance.elements(); ++c)
    result.data<T>()[c] =
        static_cast<T>(1 / std::sqrt(static_cast<double>(variance.data<T>()[c]) + epsilon));
  return result;
}

template <class T>
Variable batch_norm_of(const Variable& x, const Variable& gamma, const Variable& beta, Tensor mean,
                       Tensor variance, const BatchNormOptions& options) {
  const std::int64_t rows = x.shape().rows();
  const std::int64_t channels = x.shape()[-1];
  const Tensor inverse = inverse_deviation_of<T>(variance, options.epsilon);
  Tensor y(x.shape(), x.dtype());
  kernels::batch_norm<T>(rows, channels, x.value().data<T>(), mean.data<T>(), inverse.data<T>(),
                         gamma.value().data<T>(), beta.value().data<T>(), y.data<T>());
  const bool training = options.training;
  return Variable::make(y, {x, gamma, beta}, [=](const Tensor& dy) {
    Tensor dbeta(beta.shape(), beta.dtype());
    Tensor dgamma(gamma.shape(), gamma.dtype());
    kernels::batch_norm_sums<T>(rows, channels, x.value().data<T>(), dy.data<T>(), mean.data<T>(),
                                inverse.data<T>(), dbeta.data<T>(), dgamma.data<T>());
    if (x.requires_grad() && training) {
      kernels::batch_norm_backward<T>(rows, channels, x.value().data<T>(), dy.data<T>(),
                                      mean.data<T>(), inverse.data<T>(), gamma.value().data<T>(),
                                      dbeta.data<T>(), dgamma.data<T>(), x.grad().data<T>());
    } else if (x.requires_grad()) {
      kernels::batch_norm_backward_fixed<T>(rows, channels, dy.data<T>(), inverse.data<T>(),
                                            gamma.value().data<T>(), x.grad().data<T>());
    }
    if (beta.requires_grad()) beta.add_to_grad(std::move(dbeta));
    if (gamma.requires_grad()) gamma.add_to_grad(std::move(dgamma));
  });
}

}  // namespace

Variable batch_norm(const Variable& x, const Variable& gamma, const Variable& beta,
                    Tensor& running_mean, Tensor& running_variance,
                    const BatchNormOptions& options) {
  check(x, gamma, beta, running_mean, running_variance, options);
  return for_floating(x.dtype(), "batch_norm", [&]<class T>() {
    // Copies: the running statistics may move before backward runs.
    if (!options.training) {
      return batch_norm_of<T>(x, gamma, beta, running_mean.clone(), running_variance.clone(),
                              options);
    }
    Tensor mean(running_mean.shape(), x.dtype());
    Tensor variance(running_mean.shape(), x.dtype());
    kernels::column_moments<T>(x.shape().rows(), x.shape()[-1], x.value().data<T>(), mean.data<T>(),
                               variance.data<T>());
    move_running<T>(x.shape().rows(), options.momentum, mean, variance, running_mean,
                    running_variance);
    return batch_norm_of<T>(x, gamma, beta, mean, variance, options);
  });
}

}  // namespace limn::ops
