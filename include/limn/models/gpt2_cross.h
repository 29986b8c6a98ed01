// GPT-2 that looks at image regions.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "limn/models/captioner.h"
#include "limn/models/gpt2.h"

namespace limn::models {

struct RegionMemory;

struct Gpt2CrossOptions {
  Gpt2Options gpt2;
};
std::vector<Option> options_of(Gpt2CrossOptions& options);

/// GPT-2 (Radford et al., "Language models are unsupervised multitask learners", 2019, section 2.3)
/// with attention to the regions (Vaswani et al. 2017, section 3.2.3) in every layer, between that
/// to words and the feed-forward network: transformers' GPT2LMHeadModel with `add_cross_attention`.
/// Regions of another width than its own are mapped to it first, as that library's
/// VisionEncoderDecoderModel does. Parameters have their names: "transformer.wte.weight", …,
/// "transformer.h.0.crossattention.c_attn.weight", …, "enc_to_dec_proj.weight"; the output layer is
/// "transformer.wte.weight" again. Masked regions do not exist for it.
class Gpt2Cross : public Captioner {
 public:
  /// Throws InvalidArgument for options out of range.
  Gpt2Cross(const Gpt2CrossOptions& options, const CaptionerSizes& sizes, Generator& generator);
  ~Gpt2Cross() override;

  std::string architecture() const override { return "gpt2_cross"; }
  std::vector<std::pair<std::string, std::string>> options() const override;
  const CaptionerSizes& sizes() const override { return sizes_; }
  bool needs_regions() const override { return true; }
  std::int64_t longest() const override { return options_.gpt2.positions - 1; }
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

  Gpt2CrossOptions options_;
  CaptionerSizes sizes_;
  std::unique_ptr<Parts> parts_;
};

}  // namespace limn::models
