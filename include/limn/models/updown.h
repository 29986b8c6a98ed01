// Up-Down: one LSTM decides where to look, another what to say.
#pragma once

#include <memory>
#include <string>

#include "limn/models/stepwise_captioner.h"
#include "limn/nn/additive_attention.h"
#include "limn/nn/embedding.h"
#include "limn/nn/linear.h"
#include "limn/nn/lstm_cell.h"

namespace limn::models {

/// Defaults are those of ImageCaptioning.pytorch's `updown.yml`. The authors' Caffe network is
/// region_embedding and word_relu false, attention_bias false, forget_bias 1, dropout 0, init 0.01.
struct UpDownOptions {
  std::int64_t embedding = 1000;      ///< E
  std::int64_t hidden = 1000;         ///< D of both LSTMs, and width of embedded regions
  std::int64_t attention_size = 512;  ///< A
  std::int64_t global_features = 0;   ///< width of global features; 0: that of the regions
  bool region_embedding = true;       ///< regions and the global vector: relu(linear(·)), or raw
  bool word_relu = true;              ///< ReLU on word vectors
  bool attention_bias = true;         ///< whether the layers that score regions have biases
  double forget_bias = 0;             ///< added inside both forget gates
  double dropout = 0.5;               ///< of words, embedded regions and what the second LSTM says
  double init = 0;  ///< weights start as N(0, init), biases at 0; 0: PyTorch's defaults
};
std::vector<Option> options_of(UpDownOptions& options);

/// Anderson et al., "Bottom-up and top-down attention for image captioning and visual question
/// answering", CVPR 2018, section 3.2, as `updown` of ImageCaptioning.pytorch. With
/// regions v_i and v̄, the global vector, or the mean region where there is none and
/// `global_features` is 0:
///
///     x_t = relu(E s_{t-1}),  a_i = relu(W_a v_i + b),  g = relu(W_g v̄ + b)
///     h¹_t, c¹_t = LSTM([h²_{t-1}; g; x_t], h¹_{t-1}, c¹_{t-1})                        (2)
///     e_i = w · tanh(W_v a_i + b + W_h h¹_t + b),  α = softmax(e),  z = Σ_i α_i a_i    (3)–(5)
///     h²_t, c²_t = LSTM([z; h¹_t], h²_{t-1}, c²_{t-1})                                 (6)
///     P(s_t | …) = softmax(W_p h²_t + b)                                               (7)
///
/// All states start at 0. The paper has no embedding of regions and no ReLU on words. A region that
/// does not exist is zero after its embedding. Parameters: "embed.0", "fc_embed.0" (W_g),
/// "att_embed.0" (W_a), "logit" (W_p), "ctx2att" (W_v), "core.att_lstm", "core.lang_lstm"
/// (nn::LstmCell), "core.attention" (nn::AdditiveAttention).
class UpDown : public StepwiseCaptioner {
 public:
  /// Throws InvalidArgument for options out of range.
  UpDown(const UpDownOptions& options, const CaptionerSizes& sizes, Generator& generator);

  std::string architecture() const override { return "updown"; }
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
  void make_layers(const CaptionerSizes& sizes, Generator& generator);
  Variable embedded_global(const nn::Features& features, const nn::Pass& pass) const;

  UpDownOptions options_;
  std::int64_t global_width_;  ///< of g
  std::unique_ptr<nn::Embedding> embed_;
  std::unique_ptr<nn::Linear> fc_embed_, att_embed_, logit_, ctx2att_;
  std::unique_ptr<nn::LstmCell> att_lstm_, lang_lstm_;
  std::unique_ptr<nn::AdditiveAttention> attention_;
};

}  // namespace limn::models
