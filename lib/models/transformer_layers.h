// The layers of the encoder-decoder transformer, with the parameter names of "The Annotated
// Transformer" and what came from it.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "limn/nn/feed_forward.h"
#include "limn/nn/layer_norm.h"
#include "limn/nn/multi_head_attention.h"

namespace limn::models {

struct TransformerLayerConfig {
  std::int64_t width = 0;
  std::int64_t heads = 1;
  std::int64_t feed_forward = 0;
  double dropout = 0;
  bool pre_norm = true;
};

/// pre: x + dropout(f(norm(x))); else norm(x + dropout(f(x))). Parameters "norm.a_2", "norm.b_2".
class Residual : public nn::Module {
 public:
  Residual(std::int64_t width, double dropout, bool pre_norm);

  using Function = std::function<Variable(const Variable&)>;
  Variable around(const Function& f, const Variable& x, const nn::Pass& pass) const;

 private:
  nn::LayerNorm norm_;
  double dropout_;
  bool pre_norm_;
};

/// Self-attention "self_attn", "feed_forward", residuals "sublayer.0" and "sublayer.1".
class EncoderLayer : public nn::Module {
 public:
  EncoderLayer(const TransformerLayerConfig& config, Generator& generator);

  Variable forward(const Variable& x, const ops::AttentionOptions& sight,
                   const nn::Pass& pass) const;

 private:
  nn::MultiHeadAttention self_;
  nn::FeedForward feed_forward_;
  Residual around_self_, around_feed_forward_;
};

/// "self_attn", attention to the image "src_attn", "feed_forward", "sublayer.0" to "sublayer.2".
class DecoderLayer : public nn::Module {
 public:
  DecoderLayer(const TransformerLayerConfig& config, Generator& generator);

  using Memory = nn::MultiHeadAttention::Memory;
  /// Keys and values of the encoder's result.
  Memory look(const Variable& encoded) const { return image_.remember(encoded); }
  /// All words of all captions.
  Variable forward(const Variable& x, const ops::AttentionOptions& captions, const Memory& image,
                   const ops::AttentionOptions& sight, const nn::Pass& pass) const;
  /// One word of each row; `remember` keeps its keys and values and says what it sees. `look`, if
  /// not null, becomes how much each row looks at each of its image's regions.
  Variable step(const Variable& x,
                const std::function<ops::AttentionSteps(const Memory&)>& remember,
                const Memory& image, const ops::AttentionOptions& sight,
                Tensor* look = nullptr) const;

 private:
  Variable apply(const Residual::Function& self, const Residual::Function& image, const Variable& x,
                 const nn::Pass& pass) const;

  nn::MultiHeadAttention self_, image_;
  nn::FeedForward feed_forward_;
  Residual around_self_, around_image_, around_feed_forward_;
};

}  // namespace limn::models
