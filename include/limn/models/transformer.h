// The encoder-decoder Transformer over image regions.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "limn/models/captioner.h"
#include "limn/nn/embedding.h"
#include "limn/nn/linear.h"

namespace limn::models {

struct RegionMemory;

/// Defaults are those of ruotianluo's code (ImageCaptioning.pytorch, TransformerModel.py).
struct TransformerOptions {
  std::int64_t width = 512;  ///< D, even
  std::int64_t heads = 8;
  std::int64_t feed_forward = 2048;
  std::int64_t encoder_layers = 6;
  std::int64_t decoder_layers = 6;
  std::string norm = "pre";       ///< "pre": x + f(norm(x)); "post", the paper's: norm(x + f(x))
  double dropout = 0.1;           ///< of sublayers, attention weights and embedded words
  double dropout_features = 0.5;  ///< of the embedded regions
};
std::vector<Option> options_of(TransformerOptions& options);

/// Vaswani et al., "Attention is all you need", NeurIPS 2017, reading regions relu(W a + b) without
/// positions, as ImageCaptioning.pytorch has it:
///
///     Attention(Q, K, V) = softmax(Q Kᵀ / √d) V, in `heads` parts of d = D / heads    (1), 3.2.2
///     f(x) = W_2 relu(W_1 x + b_1) + b_2                                              (2)
///     words √D · E[w] + sinusoids of their place                                      3.4, 3.5
///
/// Normalisation is before each sublayer and after both stacks ("post", the paper's section 3.1:
/// after each sublayer only), with the unbiased deviation; the output layer shares nothing with E.
/// Parameters have that code's names: "att_embed.0.…",
/// "model.encoder.layers.0.self_attn.linears.0.…", …, "model.generator.proj.…". Every matrix starts
/// as U(±√(6 / (fan in + fan out))), but for that of the regions, which has PyTorch's default.
/// Masked regions do not exist for it.
class Transformer : public Captioner {
 public:
  /// Throws InvalidArgument for options out of range.
  Transformer(const TransformerOptions& options, const CaptionerSizes& sizes, Generator& generator);
  ~Transformer() override;

  std::string architecture() const override { return "transformer"; }
  std::vector<std::pair<std::string, std::string>> options() const override;
  const CaptionerSizes& sizes() const override { return sizes_; }
  bool needs_regions() const override { return true; }
  Likelihood log_likelihood(const nn::Features& features, const data::CaptionBatch& batch,
                            const LikelihoodOptions& options, const nn::Pass& pass) const override;
  decode::State start(const nn::Features& features) const override;
  Tensor step(decode::State& state, std::span<const std::int32_t> words) const override;
  /// Of the last layer, the mean over its heads.
  Tensor attention(const decode::State& state) const override;

 private:
  struct Stacks;
  RegionMemory encode(const nn::Features& features, const nn::Pass& pass) const;
  Variable embed(std::span<const std::int32_t> words, const Variable& positions,
                 const nn::Pass& pass) const;

  TransformerOptions options_;
  CaptionerSizes sizes_;
  std::unique_ptr<Stacks> stacks_;
};

}  // namespace limn::models
