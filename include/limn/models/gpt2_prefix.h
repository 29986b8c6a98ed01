// ClipCap: a language model that reads an image as if it were words.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "limn/models/captioner.h"
#include "limn/models/gpt2.h"

namespace limn::models {

/// Defaults are those of the authors' code (rmokady/CLIP_prefix_caption).
struct Gpt2PrefixOptions {
  Gpt2Options gpt2;
  /// k, vectors that an image becomes; 0: none, the language model alone, blind.
  std::int64_t prefix = 10;
  std::string mapper = "mlp";  ///< what makes them: "mlp" or "transformer"
  std::int64_t mapper_layers = 8;
  std::int64_t mapper_heads = 8;
  /// Vectors that the image becomes beside k learnt ones, before the mapper's layers.
  std::int64_t mapper_inputs = 10;
  /// Whether the language model stays as it is and has no dropout, so that the mapper alone is
  /// trained.
  bool frozen = false;
};
std::vector<Option> options_of(Gpt2PrefixOptions& options);

/// Mokady, Hertz, Bermano, "ClipCap: CLIP Prefix for Image Captioning", 2021, section 3; the
/// language model is Radford et al., "Language models are unsupervised multitask learners", 2019,
/// section 2.3. The image's vector becomes k vectors, which GPT-2 reads in place of words, then the
/// caption. Of mapper "mlp" they are W₂ tanh(W₁ v + b₁) + b₂ with k · D / 2 inner numbers; of
/// "transformer" what becomes of k learnt vectors in layers where they and vectors made of v see
/// each other.
///
/// As there, no word is read before the first one: the last of the k vectors stands in the place of
/// the begin word, whatever that is. A caption ends with the end word; the code's ends with the
/// first period. Parameters have the code's names, "clip_project.model.0.weight", …,
/// "gpt.transformer.wte.weight", …; of a state dict of its leave out "gpt.lm_head.weight", which is
/// the last one again, and the buffers "….attn.bias" and "….attn.masked_bias". A frozen language
/// model is in buffers.
class Gpt2Prefix : public Captioner {
 public:
  /// Throws InvalidArgument for options out of range.
  Gpt2Prefix(const Gpt2PrefixOptions& options, const CaptionerSizes& sizes, Generator& generator);
  ~Gpt2Prefix() override;

  std::string architecture() const override { return "gpt2_prefix"; }
  std::vector<std::pair<std::string, std::string>> options() const override;
  const CaptionerSizes& sizes() const override { return sizes_; }
  bool needs_regions() const override { return false; }
  /// The prefix has positions too; its last vector that of the begin word.
  std::int64_t longest() const override {
    return options_.gpt2.positions - std::max<std::int64_t>(options_.prefix, 1);
  }
  /// Throws InvalidArgument for captions longer than the table of positions.
  Likelihood log_likelihood(const nn::Features& features, const data::CaptionBatch& batch,
                            const LikelihoodOptions& options, const nn::Pass& pass) const override;
  decode::State start(const nn::Features& features) const override;
  Tensor step(decode::State& state, std::span<const std::int32_t> words) const override;

 private:
  struct Parts;
  Variable prefixes(const nn::Features& features) const;
  nn::Pass pass_of_language(const nn::Pass& pass) const;

  Gpt2PrefixOptions options_;
  CaptionerSizes sizes_;
  std::unique_ptr<Parts> parts_;
};

}  // namespace limn::models
