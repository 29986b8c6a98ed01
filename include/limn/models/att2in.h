// Att2in: attention that enters the LSTM's cell input alone.
#pragma once

#include <memory>
#include <string>

#include "limn/models/stepwise_captioner.h"
#include "limn/nn/additive_attention.h"
#include "limn/nn/embedding.h"
#include "limn/nn/linear.h"

namespace limn::models {

/// Defaults are those of ruotianluo's `a2i2.yml`.
struct Att2inOptions {
  std::int64_t embedding = 512;       ///< E
  std::int64_t hidden = 512;          ///< D, and width of embedded regions
  std::int64_t attention_size = 512;  ///< A
  double dropout = 0.5;               ///< of words, embedded regions and what the LSTM says
};
std::vector<Option> options_of(Att2inOptions& options);

/// Rennie et al., "Self-critical sequence training for image captioning", CVPR 2017, section 2.2,
/// in the variant that is in use, `Att2in2` of ImageCaptioning.pytorch. With regions
/// v_i and x_t = relu(E s_{t-1}):
///
///     a_i = relu(W_a v_i + b),  p_i = W_p a_i + b                         once per image
///     e_i = w · tanh(p_i + W_h h_{t-1} + b),  α = softmax(e),  z = Σ_i α_i a_i
///     i, f, o = σ(…), u, v = …  of  W_x x_t + b + W_hh h_{t-1} + b
///     c_t = f ⊙ c_{t-1} + i ⊙ max(u + (W_z z + b)_1, v + (W_z z + b)_2),  h_t = o ⊙ tanh(c_t)
///     P(s_t | …) = softmax(W_o h_t + b)
///
/// h_0 = c_0 = 0. Deviations from the paper, all of that code: regions are embedded, and words pass
/// a ReLU. A region that does not exist is zero after its embedding. Parameters: "embed.0",
/// "att_embed.0" (W_a), "logit" (W_o), "ctx2att" (W_p), "core.a2c" (W_z), "core.i2h", "core.h2h",
/// "core.attention.…" (nn::AdditiveAttention).
class Att2in : public StepwiseCaptioner {
 public:
  /// Throws InvalidArgument for options out of range.
  Att2in(const Att2inOptions& options, const CaptionerSizes& sizes, Generator& generator);

  std::string architecture() const override { return "att2in"; }
  std::vector<std::pair<std::string, std::string>> options() const override;
  bool needs_regions() const override { return true; }

 protected:
  Memory look(const nn::Features& features, const nn::Pass& pass) const override;
  std::vector<Variable> initial_state(const Memory& memory, const nn::Pass& pass) const override;
  Variable read(std::span<const std::int32_t> words, const nn::Pass& pass) const override;
  Step advance(const Memory& memory, std::span<const std::int64_t> images, const Variable& x,
               const std::vector<Variable>& state, const nn::Pass& pass) const override;
  const nn::Linear& output_layer() const override { return *logit_; }

 private:
  Att2inOptions options_;
  std::unique_ptr<nn::Embedding> embed_;
  std::unique_ptr<nn::Linear> att_embed_, logit_, ctx2att_, a2c_, i2h_, h2h_;
  std::unique_ptr<nn::AdditiveAttention> attention_;
};

}  // namespace limn::models
