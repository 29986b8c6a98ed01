#include "limn/nn/conv_norm.h"

#include <cmath>
#include <vector>

#include "core/check.h"
#include "kernels/packed_conv2d.h"
#include "ops/conv2d_shape.h"

namespace limn::nn {
namespace {

Conv2dConfig without_bias(Conv2dConfig config) {
  config.bias = false;
  return config;
}

kernels::Activation kernel_of(ConvActivation activation) {
  switch (activation) {
    case ConvActivation::none: return kernels::Activation::identity;
    case ConvActivation::relu: return kernels::Activation::relu;
    case ConvActivation::relu6: return kernels::Activation::relu6;
  }
  return kernels::Activation::identity;
}

bool is_frozen(const Module& module) {
  for (const auto& [name, variable] : module.parameters()) {
    if (variable.requires_grad()) return false;
  }
  return true;
}

}  // namespace

struct ConvNorm::Folded {
  kernels::PackedConv2d convolution;
  std::uint64_t version;
  Precision precision;
};

ConvNorm::ConvNorm(Conv2dConfig convolution, const BatchNormConfig& norm, ConvActivation activation,
                   Generator& generator)
    : convolution_(without_bias(convolution), generator),
      norm_(convolution.out_channels, norm),
      activation_(activation) {}

ConvNorm::~ConvNorm() = default;

// norm(w ∗ x) = (s w) ∗ x + (β − s μ) with s = γ / √(σ² + ε).
std::shared_ptr<const ConvNorm::Folded> ConvNorm::fold() const {
  const Conv2dConfig& config = convolution_.config();
  std::vector<float> scale(static_cast<std::size_t>(config.out_channels));
  std::vector<float> bias(scale.size());
  for (std::size_t c = 0; c < scale.size(); ++c) {
    const double variance = norm_.running_variance().data<float>()[c];
    const double s =
        norm_.weight().value().data<float>()[c] / std::sqrt(variance + norm_.config().epsilon);
    scale[c] = static_cast<float>(s);
    bias[c] = static_cast<float>(norm_.bias().value().data<float>()[c] -
                                 s * norm_.running_mean().data<float>()[c]);
  }
  const kernels::Conv2dShape shape{.in_channels = config.in_channels,
                                   .out_channels = config.out_channels,
                                   .groups = config.options.groups,
                                   .kernel = config.kernel,
                                   .stride = config.options.stride,
                                   .dilation = config.options.dilation};
  return std::make_shared<const Folded>(
      Folded{kernels::PackedConv2d(shape, convolution_.weight().value().data<float>(), scale.data(),
                                   bias.data(), kernel_of(activation_), product_precision()),
             convolution_.version() + norm_.version(), product_precision()});
}

std::shared_ptr<const ConvNorm::Folded> ConvNorm::folded() const {
  if (!is_frozen(convolution_) || !is_frozen(norm_)) return fold();
  const std::lock_guard lock(mutex_);
  if (folded_ == nullptr || folded_->version != convolution_.version() + norm_.version() ||
      folded_->precision != product_precision())
    folded_ = fold();
  return folded_;
}

Variable ConvNorm::forward(const Variable& x, const Pass& pass, const Variable& residual) const {
  const bool wants_gradient =
      gradients_are_recorded() && (x.requires_grad() || residual.requires_grad() ||
                                   !is_frozen(convolution_) || !is_frozen(norm_));
  const kernels::Conv2dShape shape =
      ops::conv2d_shape(x.shape(), convolution_.weight().shape(), convolution_.config().options);
  if (pass.training || wants_gradient || (shape.depthwise() && residual.defined())) {
    return norm_.forward(convolution_.forward(x), pass, activation_, residual);
  }
  Tensor y(Shape{shape.batch, shape.output[0], shape.output[1], shape.out_channels});
  require(!residual.defined() || residual.shape() == y.shape(),
          "ConvNorm: the result is {}; got a residual {}", y.shape(), residual);
  folded()->convolution(shape, x.value().data<float>(),
                        residual.defined() ? residual.value().data<float>() : nullptr,
                        y.data<float>());
  return Variable(y);
}

}  // namespace limn::nn
