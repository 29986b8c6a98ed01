#include "encoders/vit.h"

#include <cmath>

#include "core/check.h"
#include "limn/nn/xavier.h"
#include "limn/ops/arithmetic.h"
#include "limn/ops/linear.h"
#include "limn/ops/reshape.h"

namespace limn::encoders {
namespace {

nn::LayerNormConfig norm_of(const VitConfig& config) {
  return {.width = config.width, .options = {.epsilon = config.epsilon}};
}

// Each picture sees itself.
ops::AttentionOptions pictures_apart(std::int64_t pictures, std::int64_t tokens,
                                     std::int64_t heads) {
  ops::AttentionOptions sight{.heads = heads};
  for (std::int64_t b = 0; b < pictures; ++b)
    sight.spans.push_back({b * tokens, tokens, b * tokens, tokens});
  return sight;
}

}  // namespace

VitLayer::Attention::Attention(const VitConfig& config, Generator& generator)
    : in_weight(parameter("in_proj_weight", Tensor(Shape{3 * config.width, config.width}))),
      in_bias(parameter("in_proj_bias", Tensor::zeros(Shape{3 * config.width}))),
      out({.inputs = config.width, .outputs = config.width}, generator) {
  child("out_proj", out);
}

Variable VitLayer::Attention::forward(const Variable& x, const ops::AttentionOptions& sight) const {
  const std::int64_t width = x.shape()[1];
  const Variable all = ops::linear(x, in_weight, in_bias);
  const auto part = [&](std::int64_t i) { return ops::slice(all, 1, i * width, (i + 1) * width); };
  return out.forward(ops::attention(part(0), part(1), part(2), sight));
}

VitLayer::VitLayer(const VitConfig& config, Generator& generator)
    : before_attention_(norm_of(config)),
      before_mlp_(norm_of(config)),
      attention_(config, generator),
      mlp_({.width = config.width,
            .inner = config.feed_forward,
            .activation = nn::FeedForwardActivation::gelu_erf,
            .names = {"0", "3"}},
           generator) {
  child("ln_1", before_attention_);
  child("self_attention", attention_);
  child("ln_2", before_mlp_);
  child("mlp", mlp_);
}

Variable VitLayer::forward(const Variable& x, const ops::AttentionOptions& sight,
                           const nn::Pass& pass) const {
  const Variable z = ops::add(x, attention_.forward(before_attention_.forward(x), sight));
  return ops::add(z, mlp_.forward(before_mlp_.forward(z), pass));
}

Vit::Vit(VitConfig config, Generator& generator)
    : config_(std::move(config)),
      patches_({.in_channels = 3,
                .out_channels = config_.width,
                .kernel = {config_.patch, config_.patch},
                .options = {.stride = {config_.patch, config_.patch}}},
               generator),
      norm_(norm_of(config_)) {
  class_token_ = parameter("class_token", Tensor::zeros(Shape{1, 1, config_.width}));
  child("conv_proj", patches_);
  Tensor positions(Shape{1, config_.patches() + 1, config_.width});
  generator.fill_normal(positions, 0, 0.02);
  positions_ = parameter("encoder.pos_embedding", positions);
  for (std::int64_t i = 0; i < config_.layers; ++i) {
    layers_.push_back(std::make_unique<VitLayer>(config_, generator));
    nn::start_xavier(*layers_.back(), generator);
    child("encoder.layers.encoder_layer_" + std::to_string(i), *layers_.back());
  }
  child("encoder.ln", norm_);
}

vision::Preprocessing Vit::own_preprocessing() const { return {.crop = config_.side}; }

// [B, 1 + P, D]: the class token and the patches in reading order, with their places.
Variable Vit::embed(const Variable& images) const {
  const std::int64_t count = images.shape()[0], width = config_.width;
  const Variable patches =
      ops::reshape(patches_.forward(images), Shape{count, config_.patches(), width});
  const std::vector<std::int64_t> same(static_cast<std::size_t>(count), 0);
  const Variable token = ops::reshape(
      ops::gather_rows(ops::reshape(class_token_, Shape{1, width}), same), Shape{count, 1, width});
  return ops::add(ops::concatenate({token, patches}, 1), positions_);
}

nn::Features Vit::forward(const Variable& images, const nn::Pass& pass) const {
  const Shape& shape = images.shape();
  require(shape.rank() == 4 && shape == Shape{shape[0], config_.side, config_.side, 3},
          "{}: images must be [B, {}, {}, 3]; got {}", config_.name, config_.side, config_.side,
          shape);
  const std::int64_t count = shape[0], tokens = config_.patches() + 1;
  const ops::AttentionOptions sight = pictures_apart(count, tokens, config_.heads);
  Variable x = ops::reshape(embed(images), Shape{count * tokens, config_.width});
  for (const auto& layer : layers_) x = layer->forward(x, sight, pass);
  x = ops::reshape(norm_.forward(x), Shape{count, tokens, config_.width});
  return {.global = ops::reshape(ops::slice(x, 1, 0, 1), Shape{count, config_.width}),
          .regions = ops::slice(x, 1, 1, tokens),
          .mask = {}};
}

std::unique_ptr<Encoder> make_vit_b_16(Generator& generator) {
  return std::make_unique<Vit>(VitConfig{"vit_b_16", 224, 16, 768, 12, 12, 3072}, generator);
}

std::unique_ptr<Encoder> make_vit_b_32(Generator& generator) {
  return std::make_unique<Vit>(VitConfig{"vit_b_32", 224, 32, 768, 12, 12, 3072}, generator);
}

}  // namespace limn::encoders
