// The layers of GPT-2, with the parameter names and the layout of its published files.
#pragma once

#include <functional>
#include <memory>

#include "limn/models/gpt2.h"
#include "limn/nn/layer_norm.h"
#include "limn/nn/multi_head_attention.h"

namespace limn::models {

/// x W + b with "weight" [inputs, outputs], the transpose of nn::Linear's, and "bias"; they start
/// as N(0, deviation²) and 0.
class Gpt2Linear : public nn::Module {
 public:
  struct Config {
    std::int64_t inputs = 0;
    std::int64_t outputs = 0;
    double deviation = 0.02;
  };
  Gpt2Linear(const Config& config, Generator& generator);
  Variable forward(const Variable& x) const;

 private:
  Variable weight_;
  Variable bias_;
};

/// Attention of words to words: "c_attn" [D, 3D] makes queries, keys and values; or to an image:
/// "q_attn" makes queries, "c_attn" [D, 2D] keys and values. Then "c_proj".
class Gpt2Attention : public nn::Module {
 public:
  enum class To { words, image };
  Gpt2Attention(const Gpt2Options& options, To to, Generator& generator);

  using Memory = nn::MultiHeadAttention::Memory;
  struct Projections {
    Variable queries;
    Memory memory;
  };
  /// Of words [N, D].
  Projections project(const Variable& words) const;
  /// Of an image's vectors [M, D].
  Memory look(const Variable& image) const;
  /// Of words that look at an image.
  Variable queries(const Variable& words) const { return queries_->forward(words); }

  /// Of `sight` the spans and `causal` count.
  Variable attend(const Variable& queries, const Memory& memory, const ops::AttentionOptions& sight,
                  const nn::Pass& pass) const;
  /// How much each of `queries` looks at each key, see ops::attention_weights.
  Tensor weights(const Variable& queries, const Memory& memory,
                 const ops::AttentionOptions& sight) const;
  /// One query a row looks at the steps of a search so far; no gradient.
  Variable step(const Variable& queries, const ops::AttentionSteps& steps) const;

 private:
  std::int64_t width_, heads_;
  double dropout_;
  std::unique_ptr<Gpt2Linear> queries_;  // null: to words
  Gpt2Linear inputs_;
  Gpt2Linear output_;
};

/// x + attn(ln_1(x)); with an image then x + crossattention(ln_cross_attn(x)); x + mlp(ln_2(x)).
class Gpt2Layer : public nn::Module {
 public:
  Gpt2Layer(const Gpt2Options& options, bool sees_image, Generator& generator);

  /// What "attn" does with normalised words, which see one another in one way or another.
  using SelfAttention = std::function<Variable(const Gpt2Attention& attention, const Variable& x)>;
  /// What the words see of an image.
  struct Image {
    Gpt2Attention::Memory memory = {};
    ops::AttentionOptions sight = {};
    Tensor* look = nullptr;  ///< if not null, becomes how much each word looks at each vector
  };
  /// Keys and values of an image's vectors [M, D]; of layers that see one.
  Gpt2Attention::Memory look(const Variable& image) const { return cross_->look(image); }
  /// Layers that see no image do not read `image`.
  Variable forward(const Variable& x, const SelfAttention& self, const Image& image,
                   const nn::Pass& pass) const;

 private:
  nn::LayerNorm norm_self_;
  Gpt2Attention self_;
  std::unique_ptr<nn::LayerNorm> norm_cross_;  // null: no image
  std::unique_ptr<Gpt2Attention> cross_;
  nn::LayerNorm norm_network_;
  Gpt2Linear network_in_, network_out_;
  double dropout_;
};

}  // namespace limn::models
