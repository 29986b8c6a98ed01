#include "limn/ops/batch_norm.h"

#include <cmath>
#include <utility>

#include "core/check.h"
#include "kernels/batch_norm.h"
#include "limn/core/dispatch.h"

namespace limn::ops {
namespace {

void check(const Variable& x, const Variable& gamma, const Variable& beta, const Tensor& mean,
           const Tensor& variance, const BatchNormOptions& options) {
  require(x.shape().rank() >= 2, "batch_norm: x must be [..., C] with at least two axes; got {}",
          x.shape());
  const Shape channels{x.shape()[-1]};
  const auto fits = [&](const Shape& shape, DType dtype) {
    return shape == channels && dtype == x.dtype();
  };
  require(fits(gamma.shape(), gamma.dtype()) && fits(beta.shape(), beta.dtype()) &&
              fits(mean.shape(), mean.dtype()) && fits(variance.shape(), variance.dtype()),
          "batch_norm: x {} needs gamma, beta, mean and variance of {} and its dtype; got {}, {}, "
          "{}, {}",
          x, channels, gamma, beta, mean, variance);
  require(options.epsilon > 0 && options.momentum >= 0 && options.momentum <= 1,
          "batch_norm: epsilon must be above 0 and momentum in [0, 1]; got {} and {}",
          options.epsilon, options.momentum);
  require(!options.training || x.shape().rows() >= 2,
          "batch_norm: training needs at least two values per channel; x is {}", x.shape());
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

kernels::Limits limits_of(Cutoff cutoff) {
  switch (cutoff) {
    case Cutoff::relu: return kernels::Limits::of(kernels::Activation::relu);
    case Cutoff::relu6: return kernels::Limits::of(kernels::Activation::relu6);
    case Cutoff::none: break;
  }
  return {};
}

// What forward and backward share.
template <class T>
struct Normalisation {
  Variable x, gamma, beta, residual;
  Tensor mean, inverse;
  bool training, cuts;
  kernels::Limits limits;

  kernels::BatchNorm<T> kernel() const {
    return {.rows = x.shape().rows(),
            .channels = x.shape()[-1],
            .x = x.value().data<T>(),
            .mean = mean.data<T>(),
            .inverse_deviation = inverse.data<T>(),
            .gamma = gamma.value().data<T>(),
            .beta = beta.value().data<T>(),
            .residual = residual.defined() ? residual.value().data<T>() : nullptr,
            .limits = limits};
  }
  Tensor forward() const {
    Tensor y(x.shape(), x.dtype());
    kernels::batch_norm<T>(kernel(), y.data<T>());
    return y;
  }
  void backward(const Tensor& dy) const {
    const kernels::BatchNorm<T> k = kernel();
    Tensor dbeta(beta.shape(), beta.dtype()), dgamma(gamma.shape(), gamma.dtype());
    const kernels::BatchNormSums<T> sums{dbeta.data<T>(), dgamma.data<T>()};
    Tensor d = dy;  // before the limits cut off
    if (cuts) {
      d = Tensor(dy.shape(), dy.dtype());
      kernels::batch_norm_backward_cut<T>(k, dy.data<T>(), d.data<T>(), sums);
    } else {
      kernels::batch_norm_backward_sums<T>(k, dy.data<T>(), sums);
    }
    const bool shared = residual.requires_grad();
    if (x.requires_grad()) x.add_to_grad(input_gradient(k, shared ? d : std::move(d), sums));
    if (shared) residual.add_to_grad(std::move(d));
    if (beta.requires_grad()) beta.add_to_grad(std::move(dbeta));
    if (gamma.requires_grad()) gamma.add_to_grad(std::move(dgamma));
  }
  // In the place of d where nobody else has it.
  Tensor input_gradient(const kernels::BatchNorm<T>& k, Tensor d,
                        const kernels::BatchNormSums<T>& sums) const {
    const T* gradient = d.data<T>();
    Tensor dx = d.unique() ? std::move(d) : Tensor(d.shape(), d.dtype());
    training ? kernels::batch_norm_backward<T>(k, gradient, sums, dx.data<T>())
             : kernels::batch_norm_backward_fixed<T>(k, gradient, dx.data<T>());
    return dx;
  }
};

template <class T>
Variable batch_norm_of(const Variable& x, const Variable& gamma, const Variable& beta,
                       const Tensor& mean, const Tensor& variance, const BatchNormOptions& options,
                       const Variable& residual) {
  const Normalisation<T> norm{.x = x,
                              .gamma = gamma,
                              .beta = beta,
                              .residual = residual,
                              .mean = mean,
                              .inverse = inverse_deviation_of<T>(variance, options.epsilon),
                              .training = options.training,
                              .cuts = options.cutoff != Cutoff::none,
                              .limits = limits_of(options.cutoff)};
  std::vector<Variable> inputs = {x, gamma, beta};
  if (residual.defined()) inputs.push_back(residual);
  const Variable y = Variable::make(norm.forward(), std::move(inputs),
                                    [norm](const Tensor& dy) { norm.backward(dy); });
  y.can_be_made_again([norm] { return norm.forward(); });
  return y;
}

}  // namespace

Variable batch_norm(const Variable& x, const Variable& gamma, const Variable& beta,
                    Tensor& running_mean, Tensor& running_variance, const BatchNormOptions& options,
                    const Variable& residual) {
  check(x, gamma, beta, running_mean, running_variance, options);
  require(!residual.defined() || (residual.shape() == x.shape() && residual.dtype() == x.dtype()),
          "batch_norm: x is {}, but the residual {}", x, residual);
  return for_floating(x.dtype(), "batch_norm", [&]<class T>() {
    // Copies: the running statistics may move before backward runs.
    if (!options.training) {
      return batch_norm_of<T>(x, gamma, beta, running_mean.clone(), running_variance.clone(),
                              options, residual);
    }
    Tensor mean(running_mean.shape(), x.dtype());
    Tensor variance(running_mean.shape(), x.dtype());
    kernels::column_moments<T>(x.shape().rows(), x.shape()[-1], x.value().data<T>(), mean.data<T>(),
                               variance.data<T>());
    move_running<T>(x.shape().rows(), options.momentum, mean, variance, running_mean,
                    running_variance);
    return batch_norm_of<T>(x, gamma, beta, mean, variance, options, residual);
  });
}

}  // namespace limn::ops
