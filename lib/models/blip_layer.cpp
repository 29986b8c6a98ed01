#include "models/blip_layer.h"

namespace limn::models {
namespace {

nn::MultiHeadAttentionConfig bert_attention(const BlipTextOptions& o, std::int64_t memory_width) {
  return {.width = o.width,
          .heads = o.heads,
          .memory_width = memory_width,
          .dropout = o.dropout,
          .names = {"self.query", "self.key", "self.value", "output.dense"}};
}

nn::FeedForwardConfig bert_network(const BlipTextOptions& o) {
  return {.width = o.width,
          .inner = o.feed_forward,
          .activation = nn::FeedForwardActivation::gelu_erf,
          .names = {"intermediate.dense", "output.dense"}};
}

PostNormConfig bert_norm(const BlipTextOptions& o) {
  return {.name = "output.LayerNorm", .epsilon = kBertEpsilon, .dropout = o.dropout};
}

}  // namespace

BlipLayer::BlipLayer(const BlipTextOptions& o, std::int64_t image_width, Generator& generator)
    : self_(bert_attention(o, o.width), bert_norm(o), generator),
      image_(bert_attention(o, image_width), bert_norm(o), generator),
      network_(bert_network(o), bert_norm(o), generator) {
  child("attention", self_);
  child("crossattention", image_);
  child("", network_);
}

Variable BlipLayer::after_self(const Variable& x, const Variable& attended, const Image& image,
                               const nn::Pass& pass) const {
  const Variable spoken = self_.sum(x, attended, pass);
  const nn::MultiHeadAttention& attention = image_.attention();
  const Variable queries = attention.queries(spoken);
  if (image.look != nullptr) *image.look = attention.weights(queries, image.memory, image.sight);
  const Variable seen = attention.attend(queries, image.memory, image.sight, pass);
  return network_.forward(image_.sum(spoken, seen, pass), pass);
}

Variable BlipLayer::forward(const Variable& x, const ops::AttentionOptions& captions,
                            const Image& image, const nn::Pass& pass) const {
  const nn::MultiHeadAttention& attention = self_.attention();
  return after_self(x, attention.forward(x, attention.remember(x), captions, pass), image, pass);
}

Variable BlipLayer::step(const Variable& x,
                         const std::function<ops::AttentionSteps(const Memory&)>& remember,
                         const Image& image) const {
  const nn::MultiHeadAttention& attention = self_.attention();
  return after_self(x, attention.step(x, remember(attention.remember(x))), image, {});
}

}  // namespace limn::models
