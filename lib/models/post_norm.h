// Sublayers of transformers that normalise the sum of input and output.
#pragma once

#include <string>

#include "limn/nn/feed_forward.h"
#include "limn/nn/layer_norm.h"
#include "limn/nn/multi_head_attention.h"

namespace limn::models {

struct PostNormConfig {
  std::string name = "layer_norm";
  double epsilon = 1e-5;
  double dropout = 0;  ///< of what is added, in training passes
};

/// norm(x + dropout(f(x))), f multi-head attention.
class PostNormAttention : public nn::Module {
 public:
  PostNormAttention(const nn::MultiHeadAttentionConfig& config, const PostNormConfig& norm,
                    Generator& generator);

  /// f, to be given what it looks at.
  const nn::MultiHeadAttention& attention() const { return attention_; }
  /// norm(x + dropout(attended))
  Variable sum(const Variable& x, const Variable& attended, const nn::Pass& pass) const;

 private:
  nn::MultiHeadAttention attention_;
  nn::LayerNorm norm_;
  double dropout_;
};

/// norm(x + dropout(f(x))), f a feed-forward network.
class PostNormNetwork : public nn::Module {
 public:
  PostNormNetwork(const nn::FeedForwardConfig& config, const PostNormConfig& norm,
                  Generator& generator);
  Variable forward(const Variable& x, const nn::Pass& pass) const;

 private:
  nn::FeedForward network_;
  nn::LayerNorm norm_;
  double dropout_;
};

}  // namespace limn::models
