// Adaptive attention: the model may look at what it knows already instead of the regions.
#pragma once

#include <memory>
#include <string>

#include "limn/models/stepwise_captioner.h"
#include "limn/nn/embedding.h"
#include "limn/nn/linear.h"

namespace limn::models {

/// Defaults are those of the authors' code.
struct AdaptiveOptions {
  std::int64_t hidden = 512;          ///< D: of words, regions, the recurrent state
  std::int64_t attention_size = 512;  ///< A
  bool maxout = false;                ///< the cell input is the larger of two candidates
  std::int64_t global_features = 0;   ///< width of global features; 0: that of the regions
  double dropout = 0.5;               ///< of all of these and of units of the scoring layer
};
std::vector<Option> options_of(AdaptiveOptions& options);

/// Lu et al., "Knowing when to look: adaptive attention via a visual sentinel for image
/// captioning", CVPR 2017, as `adaatt` of ImageCaptioning.pytorch, which has the authors'
/// equations. With regions v_i, x_t = relu(E s_{t-1}), a_i = relu(W_a v_i + b), p_i = W_p a_i + b,
/// and g = relu(W_g v̄ + b) of the global vector, or of the mean region where there is none and
/// `global_features` is 0:
///
///     i, f, o, u = W_x x_t + W_v g + W_hh h_{t-1} + biases,  h_t, c_t = LSTM            (1)
///     s_t = σ(R_x x_t + R_v g + R_h h_{t-1} + biases) ⊙ tanh(c_t)                       (9), (10)
///     ŝ = relu(W_r s_t + b),  ĥ = tanh(W_o h_t + b),  q = W_q ĥ + b
///     α = softmax([w · tanh(W_s ŝ + b + q); w · tanh(p_i + q)])                         (6), (12)
///     z = α_0 ŝ + Σ_i α_i a_i                                                           (11)
///     P(s_t | …) = softmax(W_l tanh(W_z (z + ĥ) + b) + b)                               (13)
///
/// h_0 = c_0 = 0. The sentinel is always there, whichever regions are masked. `attention` has the
/// regions' weights α_1 …, which sum to less than 1: the rest is β of equation (11), what the
/// sentinel got. Deviation: where the code drops elements of the tanh at each region by themselves,
/// here a unit is dropped for all regions of a row. Parameters: "embed.0", "fc_embed.0" (W_g),
/// "att_embed.0" (W_a), "logit" (W_l), "ctx2att" (W_p), "core.lstm.": "w2h" (W_x), "v2h", "h2h.0",
/// "r_w2h" (R_x), "r_v2h", "r_h2h"; "core.attention.": "fr_linear.0" (W_r), "fr_embed" (W_s),
/// "ho_linear.0" (W_o), "ho_embed" (W_q), "alpha_net" (w, and a bias that softmax does not see),
/// "att2h" (W_z). With `maxout` gates and parameters are those of `adaattmo`.
class Adaptive : public StepwiseCaptioner {
 public:
  /// Throws InvalidArgument for options out of range.
  Adaptive(const AdaptiveOptions& options, const CaptionerSizes& sizes, Generator& generator);

  std::string architecture() const override { return "adaptive"; }
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
  struct Recurrence;
  struct Attention;

  std::int64_t gates() const { return (options_.maxout ? 5 : 4) * options_.hidden; }
  Variable drop(const Variable& x, const nn::Pass& pass) const;
  Recurrence recur(const Variable& inputs, const std::vector<Variable>& state) const;
  Attention attend(const Memory& memory, std::span<const std::int64_t> images,
                   const Variable& sentinel, const Variable& h, const nn::Pass& pass) const;

  AdaptiveOptions options_;
  std::unique_ptr<nn::Embedding> embed_;
  std::unique_ptr<nn::Linear> fc_embed_, att_embed_, logit_, ctx2att_;
  std::unique_ptr<nn::Linear> w2h_, v2h_, h2h_, r_w2h_, r_v2h_, r_h2h_;
  std::unique_ptr<nn::Linear> fr_linear_, fr_embed_, ho_linear_, ho_embed_, alpha_net_, att2h_;
};

}  // namespace limn::models
