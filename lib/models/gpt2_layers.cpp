#include "models/gpt2_layers.h"

#include <cmath>

#include "limn/nn/dropout.h"
#include "limn/ops/activation.h"
#include "limn/ops/arithmetic.h"
#include "limn/ops/linear.h"
#include "limn/ops/reshape.h"

namespace limn::models {
namespace {

// Of what is added to the residual stream: GPT-2's 0.02 over the root of the number of additions.
double residual_deviation(const Gpt2Options& o) {
  return 0.02 / std::sqrt(2 * static_cast<double>(o.layers));
}

Variable columns(const Variable& x, std::int64_t part, std::int64_t width) {
  return ops::slice(x, 1, part * width, (part + 1) * width);
}

}  // namespace

Gpt2Linear::Gpt2Linear(const Config& config, Generator& generator) {
  Tensor weight(Shape{config.inputs, config.outputs});
  generator.fill_normal(weight, 0, config.deviation);
  weight_ = parameter("weight", weight);
  bias_ = parameter("bias", Tensor::zeros(Shape{config.outputs}));
}

Variable Gpt2Linear::forward(const Variable& x) const {
  return ops::transposed_linear(x, weight_, bias_);
}

Gpt2Attention::Gpt2Attention(const Gpt2Options& o, To to, Generator& generator)
    : width_(o.width),
      heads_(o.heads),
      dropout_(o.dropout),
      queries_(to == To::words
                   ? nullptr
                   : std::make_unique<Gpt2Linear>(Gpt2Linear::Config{o.width, o.width}, generator)),
      inputs_({o.width, (to == To::words ? 3 : 2) * o.width}, generator),
      output_({o.width, o.width, residual_deviation(o)}, generator) {
  child("c_attn", inputs_);
  if (queries_ != nullptr) child("q_attn", *queries_);
  child("c_proj", output_);
}

Gpt2Attention::Projections Gpt2Attention::project(const Variable& words) const {
  const Variable all = inputs_.forward(words);
  return {columns(all, 0, width_), {columns(all, 1, width_), columns(all, 2, width_)}};
}

Gpt2Attention::Memory Gpt2Attention::look(const Variable& image) const {
  const Variable all = inputs_.forward(image);
  return {columns(all, 0, width_), columns(all, 1, width_)};
}

Variable Gpt2Attention::attend(const Variable& queries, const Memory& memory,
                               const ops::AttentionOptions& sight, const nn::Pass& pass) const {
  ops::AttentionOptions options = sight;
  options.heads = heads_;
  options.dropout = pass.training ? dropout_ : 0;
  options.generator = pass.generator;
  return output_.forward(ops::attention(queries, memory.keys, memory.values, options));
}

Tensor Gpt2Attention::weights(const Variable& queries, const Memory& memory,
                              const ops::AttentionOptions& sight) const {
  ops::AttentionOptions options = sight;
  options.heads = heads_;
  return ops::attention_weights(queries, memory.keys, options);
}

Variable Gpt2Attention::step(const Variable& queries, const ops::AttentionSteps& steps) const {
  return output_.forward(Variable(ops::attention_to_steps(queries.value(), steps, heads_)));
}

Gpt2Layer::Gpt2Layer(const Gpt2Options& o, bool sees_image, Generator& generator)
    : norm_self_({.width = o.width}),
      self_(o, Gpt2Attention::To::words, generator),
      norm_network_({.width = o.width}),
      network_in_({o.width, o.feed_forward}, generator),
      network_out_({o.feed_forward, o.width, residual_deviation(o)}, generator),
      dropout_(o.dropout) {
  child("ln_1", norm_self_);
  child("attn", self_);
  if (sees_image) {
    norm_cross_ = std::make_unique<nn::LayerNorm>(nn::LayerNormConfig{.width = o.width});
    cross_ = std::make_unique<Gpt2Attention>(o, Gpt2Attention::To::image, generator);
    child("ln_cross_attn", *norm_cross_);
    child("crossattention", *cross_);
  }
  child("ln_2", norm_network_);
  child("mlp.c_fc", network_in_);
  child("mlp.c_proj", network_out_);
}

Variable Gpt2Layer::forward(const Variable& x, const SelfAttention& self, const Image& image,
                            const nn::Pass& pass) const {
  const auto plus = [&](const Variable& sum, const Variable& part) {
    return ops::add(sum, nn::dropout(part, dropout_, pass));
  };
  Variable y = plus(x, self(self_, norm_self_.forward(x)));
  if (cross_ != nullptr) {
    const Variable queries = cross_->queries(norm_cross_->forward(y));
    if (image.look != nullptr) *image.look = cross_->weights(queries, image.memory, image.sight);
    y = plus(y, cross_->attend(queries, image.memory, image.sight, pass));
  }
  const Variable inner = ops::gelu(network_in_.forward(norm_network_.forward(y)), ops::Gelu::tanh);
  return plus(y, network_out_.forward(inner));
}

}  // namespace limn::models
