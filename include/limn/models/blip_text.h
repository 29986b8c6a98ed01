// BLIP's text decoder.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "limn/models/captioner.h"

namespace limn::models {

struct RegionMemory;

/// The defaults are those of BERT's base size, of which the published BLIP is.
struct BlipTextOptions {
  std::int64_t width = 768;  ///< D
  std::int64_t heads = 12;
  std::int64_t layers = 12;
  std::int64_t feed_forward = 3072;
  std::int64_t positions = 512;  ///< most words of a caption, its begin counted
  double dropout = 0.1;          ///< of embedded words, attention weights and sublayers
};
std::vector<Option> options_of(BlipTextOptions& options);

/// The decoder of Li et al., "BLIP: Bootstrapping language-image pre-training for unified
/// vision-language understanding and generation", 2022, section 3.1 ("image-grounded text
/// decoder"): BERT (Devlin et al., 2019) whose words see those before them alone, and all regions
/// in every layer. norm(x + f(x)) around attention to words, attention to regions and a network
/// with GELU (erf), ε 1e-12; the output is W_o norm(gelu(W x)), W_o the table of words.
///
/// transformers' BlipTextLMHeadModel; parameters have its names: "bert.embeddings.…",
/// "bert.encoder.layer.0.attention.self.query.weight", …, "cls.predictions.transform.dense.…",
/// "cls.predictions.bias". Matrices start as N(0, 0.02²). Masked regions do not exist for it.
class BlipText : public Captioner {
 public:
  /// Throws InvalidArgument for options out of range.
  BlipText(const BlipTextOptions& options, const CaptionerSizes& sizes, Generator& generator);
  ~BlipText() override;

  std::string architecture() const override { return "blip_text"; }
  std::vector<std::pair<std::string, std::string>> options() const override;
  const CaptionerSizes& sizes() const override { return sizes_; }
  bool needs_regions() const override { return true; }
  std::int64_t longest() const override { return options_.positions - 1; }
  /// Throws InvalidArgument for captions longer than the table of positions.
  Likelihood log_likelihood(const nn::Features& features, const data::CaptionBatch& batch,
                            const LikelihoodOptions& options, const nn::Pass& pass) const override;
  decode::State start(const nn::Features& features) const override;
  Tensor step(decode::State& state, std::span<const std::int32_t> words) const override;
  /// Of the last layer, the mean over its heads.
  Tensor attention(const decode::State& state) const override;

 private:
  struct Parts;
  RegionMemory look(const nn::Features& features) const;

  BlipTextOptions options_;
  CaptionerSizes sizes_;
  std::unique_ptr<Parts> parts_;
};

}  // namespace limn::models
