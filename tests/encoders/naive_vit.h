// A vision transformer of one layer as its paper reads: row by row, in double.
#pragma once

#include <cmath>
#include <map>
#include <string>

#include "encoders/vit.h"
#include "support/naive_attention.h"
#include "support/tensors.h"

namespace limn::test {

using Weights = std::map<std::string, Tensor>;

/// x Wᵀ + b of x [N, I].
inline Tensor naive_linear(const Weights& weights, const std::string& layer, const Tensor& x,
                           const std::string& joint = ".") {
  const double* weight = weights.at(layer + joint + "weight").data<double>();
  const double* bias = weights.at(layer + joint + "bias").data<double>();
  const std::int64_t inputs = x.shape()[1];
  const std::int64_t outputs = weights.at(layer + joint + "bias").elements();
  Tensor y(Shape{x.shape()[0], outputs}, DType::float64);
  for (std::int64_t i = 0; i < y.elements(); ++i) {
    double sum = bias[i % outputs];
    for (std::int64_t k = 0; k < inputs; ++k)
      sum += x.data<double>()[i / outputs * inputs + k] * weight[i % outputs * inputs + k];
    y.data<double>()[i] = sum;
  }
  return y;
}

inline Tensor naive_layer_norm(const Weights& weights, const std::string& layer, const Tensor& x,
                               double epsilon) {
  const std::int64_t width = x.shape()[1];
  Tensor y = x.clone();
  for (std::int64_t row = 0; row < x.shape()[0]; ++row) {
    double* of = y.data<double>() + row * width;
    double mean = 0, variance = 0;
    for (std::int64_t d = 0; d < width; ++d) mean += of[d] / static_cast<double>(width);
    for (std::int64_t d = 0; d < width; ++d)
      variance += (of[d] - mean) * (of[d] - mean) / static_cast<double>(width);
    for (std::int64_t d = 0; d < width; ++d)
      of[d] = weights.at(layer + ".weight").data<double>()[d] * (of[d] - mean) /
                  std::sqrt(variance + epsilon) +
              weights.at(layer + ".bias").data<double>()[d];
  }
  return y;
}

inline Tensor naive_sum(const Tensor& a, const Tensor& b) {
  Tensor y = a.clone();
  for (std::int64_t i = 0; i < y.elements(); ++i) y.data<double>()[i] += b.data<double>()[i];
  return y;
}

/// Rows of the columns [begin, end).
inline Tensor naive_columns(const Tensor& x, std::int64_t begin, std::int64_t end) {
  Tensor y(Shape{x.shape()[0], end - begin}, DType::float64);
  for (std::int64_t row = 0; row < x.shape()[0]; ++row)
    std::copy_n(x.data<double>() + row * x.shape()[1] + begin, end - begin,
                y.data<double>() + row * (end - begin));
  return y;
}

/// images [B, S, S, 3] cut into squares, each a row of its channels [B·P, 3·patch·patch].
inline Tensor naive_patches(const encoders::VitConfig& c, const Tensor& images) {
  const std::int64_t across = c.side / c.patch, pixels = c.patch * c.patch;
  Tensor y(Shape{images.shape()[0] * c.patches(), 3 * pixels}, DType::float64);
  for (std::int64_t i = 0; i < y.elements(); ++i) {
    const std::int64_t patch = i / (3 * pixels), channel = i / pixels % 3, pixel = i % pixels;
    const std::int64_t place = patch % c.patches(), image = patch / c.patches();
    const std::int64_t row = place / across * c.patch + pixel / c.patch;
    const std::int64_t column = place % across * c.patch + pixel % c.patch;
    y.data<double>()[i] =
        images.data<double>()[((image * c.side + row) * c.side + column) * 3 + channel];
  }
  return y;
}

/// Class token and patches with their places, [B·(1 + P), D].
inline Tensor naive_tokens(const encoders::VitConfig& c, const Weights& weights,
                           const Tensor& images) {
  const Tensor patches = naive_linear(weights, "conv_proj", naive_patches(c, images));
  const std::int64_t tokens = 1 + c.patches();
  Tensor y(Shape{images.shape()[0] * tokens, c.width}, DType::float64);
  for (std::int64_t i = 0; i < y.elements(); ++i) {
    const std::int64_t d = i % c.width, token = i / c.width % tokens, image = i / c.width / tokens;
    const double content =
        token == 0 ? weights.at("class_token").data<double>()[d]
                   : patches.data<double>()[(image * c.patches() + token - 1) * c.width + d];
    y.data<double>()[i] =
        content + weights.at("encoder.pos_embedding").data<double>()[token * c.width + d];
  }
  return y;
}

/// [B, 1 + P, D]: the class token and the patches after the last normalisation.
inline Tensor naive_vit(const encoders::VitConfig& c, const Weights& weights,
                        const Tensor& images) {
  const std::string layer = "encoder.layers.encoder_layer_0.";
  const std::int64_t tokens = 1 + c.patches();
  ops::AttentionOptions sight{.heads = c.heads};
  for (std::int64_t b = 0; b < images.shape()[0]; ++b)
    sight.spans.push_back({b * tokens, tokens, b * tokens, tokens});

  Tensor x = naive_tokens(c, weights, images);
  const Tensor all = naive_linear(weights, layer + "self_attention.in_proj",
                                  naive_layer_norm(weights, layer + "ln_1", x, c.epsilon), "_");
  const auto part = [&](std::int64_t i) {
    return naive_columns(all, i * c.width, (i + 1) * c.width);
  };
  const Tensor seen = doubles(x.shape(), naive_attention(part(0), part(1), part(2), sight));
  x = naive_sum(x, naive_linear(weights, layer + "self_attention.out_proj", seen));
  Tensor inner = naive_linear(weights, layer + "mlp.0",
                              naive_layer_norm(weights, layer + "ln_2", x, c.epsilon));
  for (double& value : inner.span<double>()) value *= std::erfc(-value / std::sqrt(2.0)) / 2;
  x = naive_sum(x, naive_linear(weights, layer + "mlp.3", inner));
  return naive_layer_norm(weights, "encoder.ln", x, c.epsilon)
      .reshaped(Shape{images.shape()[0], tokens, c.width});
}

}  // namespace limn::test
