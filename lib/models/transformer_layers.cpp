#include "models/transformer_layers.h"

#include "limn/nn/dropout.h"
#include "limn/ops/arithmetic.h"

namespace limn::models {
namespace {

nn::MultiHeadAttentionConfig attention_of(const TransformerLayerConfig& c) {
  return {.width = c.width,
          .heads = c.heads,
          .dropout = c.dropout,
          .names = {"linears.0", "linears.1", "linears.2", "linears.3"}};
}

nn::FeedForwardConfig feed_forward_of(const TransformerLayerConfig& c) {
  return {.width = c.width, .inner = c.feed_forward, .dropout = c.dropout, .names = {"w_1", "w_2"}};
}

}  // namespace

Residual::Residual(std::int64_t width, double dropout, bool pre_norm)
    : norm_(nn::LayerNormConfig::annotated(width)), dropout_(dropout), pre_norm_(pre_norm) {
  child("norm", norm_);
}

Variable Residual::around(const Function& f, const Variable& x, const nn::Pass& pass) const {
  const Variable inner = nn::dropout(f(pre_norm_ ? norm_.forward(x) : x), dropout_, pass);
  const Variable sum = ops::add(x, inner);
  return pre_norm_ ? sum : norm_.forward(sum);
}

EncoderLayer::EncoderLayer(const TransformerLayerConfig& c, Generator& generator)
    : self_(attention_of(c), generator),
      feed_forward_(feed_forward_of(c), generator),
      around_self_(c.width, c.dropout, c.pre_norm),
      around_feed_forward_(c.width, c.dropout, c.pre_norm) {
  child("self_attn", self_);
  child("feed_forward", feed_forward_);
  child("sublayer.0", around_self_);
  child("sublayer.1", around_feed_forward_);
}

Variable EncoderLayer::forward(const Variable& x, const ops::AttentionOptions& sight,
                               const nn::Pass& pass) const {
  const Variable attended = around_self_.around(
      [&](const Variable& in) { return self_.forward(in, self_.remember(in), sight, pass); }, x,
      pass);
  return around_feed_forward_.around(
      [&](const Variable& in) { return feed_forward_.forward(in, pass); }, attended, pass);
}

DecoderLayer::DecoderLayer(const TransformerLayerConfig& c, Generator& generator)
    : self_(attention_of(c), generator),
      image_(attention_of(c), generator),
      feed_forward_(feed_forward_of(c), generator),
      around_self_(c.width, c.dropout, c.pre_norm),
      around_image_(c.width, c.dropout, c.pre_norm),
      around_feed_forward_(c.width, c.dropout, c.pre_norm) {
  child("self_attn", self_);
  child("src_attn", image_);
  child("feed_forward", feed_forward_);
  child("sublayer.0", around_self_);
  child("sublayer.1", around_image_);
  child("sublayer.2", around_feed_forward_);
}

Variable DecoderLayer::apply(const Residual::Function& self, const Residual::Function& image,
                             const Variable& x, const nn::Pass& pass) const {
  const Variable spoken = around_self_.around(self, x, pass);
  const Variable seen = around_image_.around(image, spoken, pass);
  return around_feed_forward_.around(
      [&](const Variable& in) { return feed_forward_.forward(in, pass); }, seen, pass);
}

Variable DecoderLayer::forward(const Variable& x, const ops::AttentionOptions& captions,
                               const Memory& image, const ops::AttentionOptions& sight,
                               const nn::Pass& pass) const {
  return apply(
      [&](const Variable& in) { return self_.forward(in, self_.remember(in), captions, pass); },
      [&](const Variable& in) { return image_.forward(in, image, sight, pass); }, x, pass);
}

Variable DecoderLayer::step(const Variable& x,
                            const std::function<ops::AttentionSteps(const Memory&)>& remember,
                            const Memory& image, const ops::AttentionOptions& sight,
                            Tensor* look) const {
  const auto look_at_image = [&](const Variable& in) {
    const Variable queries = image_.queries(in);
    if (look != nullptr) *look = image_.weights(queries, image, sight);
    return image_.attend(queries, image, sight, {});
  };
  return apply([&](const Variable& in) { return self_.step(in, remember(self_.remember(in))); },
               look_at_image, x, {});
}

}  // namespace limn::models
