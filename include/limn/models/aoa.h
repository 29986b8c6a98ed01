// AoANet: attention on attention.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "limn/models/stepwise_captioner.h"
#include "limn/nn/embedding.h"
#include "limn/nn/layer_norm.h"
#include "limn/nn/linear.h"
#include "limn/nn/lstm_cell.h"

namespace limn::models {

/// Defaults are those of the authors' `train.sh`.
struct AoaOptions {
  std::int64_t embedding = 1024;  ///< E
  std::int64_t hidden = 1024;     ///< D, of regions, attention and recurrent state
  std::int64_t heads = 8;
  std::int64_t refiner_layers = 6;
  double dropout = 0.5;            ///< of words, embedded regions and contexts
  double dropout_attention = 0.1;  ///< of attention weights, and of what a refiner layer adds
  double dropout_aoa = 0.3;        ///< of what a refiner layer's AoA reads
};
std::vector<Option> options_of(AoaOptions& options);

/// Huang et al., "Attention on attention for image captioning", ICCV 2019, equations 4 to 9, as the
/// authors' code and ImageCaptioning.pytorch have it. AoA(q, v̂) = GLU(W [v̂; q] + b) (the paper's I
/// ⊙ G in one matrix). With regions v_i:
///
///     a = relu(W_a v + b);  a ← a + AoA(n, MHA(n, n, n)), n = norm(a), in each refiner layer
///     a ← norm(a);  ā = mean of a;  [values; keys] = W_c a + b            once per image
///     h_t, c_t = LSTM([relu(E s_{t-1}); ā + z_{t-1}], h_{t-1}, c_{t-1})
///     z_t = GLU(W [MHA(W_q norm(h_t) + b, keys, values); h_t] + b)
///     P(s_t | …) = softmax(W_o z_t + b)
///
/// All states start at 0; the norms use the unbiased deviation. Masked regions do not count.
/// Parameters: "embed.0.weight", "att_embed.0", "logit", "ctx2att",
/// "refiner.layers.0.self_attn.linears.0" … "refiner.norm", "core.att_lstm", "core.att2ctx.0",
/// "core.attention.norm", "core.attention.linears.0".
class Aoa : public StepwiseCaptioner {
 public:
  /// Throws InvalidArgument for options out of range.
  Aoa(const AoaOptions& options, const CaptionerSizes& sizes, Generator& generator);
  ~Aoa() override;

  std::string architecture() const override { return "aoa"; }
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
  class RefinerLayer;
  struct Look;
  Look look_at(const Variable& h, const Memory& memory, std::span<const std::int64_t> images,
               const nn::Pass& pass) const;

  AoaOptions options_;
  std::unique_ptr<nn::Embedding> embed_;
  std::unique_ptr<nn::Linear> att_embed_, logit_, ctx2att_, att2ctx_, query_;
  std::vector<std::unique_ptr<RefinerLayer>> refiner_;
  std::unique_ptr<nn::LayerNorm> refiner_norm_, query_norm_;
  std::unique_ptr<nn::LstmCell> att_lstm_;
};

}  // namespace limn::models
