// "Show, Attend and Tell": at each word the model looks at the regions anew.
#pragma once

#include <memory>
#include <string>

#include "limn/models/stepwise_captioner.h"
#include "limn/nn/embedding.h"
#include "limn/nn/linear.h"
#include "limn/nn/lstm_cell.h"

namespace limn::models {

/// Defaults are the paper's; sizes, which it does not give, are those most use.
struct ShowAttendTellOptions {
  /// "soft": the context is the mean of the regions under α (paper, section 4.2); "hard": in half
  /// of the training batches each word sees one region, drawn from α (section 4.1). In use both
  /// take the mean.
  std::string attention = "soft";
  std::int64_t embedding = 512;       ///< E
  std::int64_t hidden = 512;          ///< D
  std::int64_t attention_size = 512;  ///< A
  std::int64_t region_embedding = 0;  ///< regions pass a linear map to this width and ReLU first
  std::string activation = "tanh";    ///< φ of the scores: "tanh" or "relu"
  std::string gate = "scalar";        ///< β: "scalar" (section 4.2.1), "vector" or "none"
  std::string start = "tanh";         ///< h_0, c_0: "tanh" of a linear map of ā, or that, "linear"
  std::string readout = "deep";       ///< "deep" (equation (7)) or "hidden": W_o h_t
  bool embedding_relu = false;        ///< ReLU on word vectors
  double dropout_regions = 0;         ///< of region embeddings
  double dropout_words = 0;           ///< of word vectors
  double dropout_output = 0.5;        ///< of h_t and of what the output layer reads
  double attention_penalty = 1;       ///< λ of equation (14)
  double reinforce_weight = 0.1;      ///< λ_r of equation (12), hard attention only
  double entropy_weight = 0.002;      ///< λ_e of equation (12), hard attention only
  double forget_bias = 0;             ///< added inside the forget gate
};
std::vector<Option> options_of(ShowAttendTellOptions& options);

/// Xu et al., "Show, Attend and Tell: Neural Image Caption Generation with Visual Attention", ICML
/// 2015. With regions a_i of which ā is the mean, and the word read, x_t = E s_{t-1}:
///
///     h_0 = tanh(W_h0 ā + b), c_0 = tanh(W_c0 ā + b)                       after equation (3)
///     e_ti = w · φ(W_a a_i + W_d h_{t-1} + b),  α_t = softmax(e_t)         (4), (5)
///     z_t = β_t Σ_i α_ti a_i,  β_t = σ(w_β · h_{t-1} + b)                  (13), 4.2.1
///     h_t, c_t = LSTM([x_t; z_t], h_{t-1}, c_{t-1})                        (1)–(3)
///     P(s_t | …) = softmax(W_o tanh(x_t + W_h h_t + W_z z_t + b) + b)      (7); tanh as in the
///     code
///
/// Deviations: the first word read is a learnt vector, not zeros; dropout is inverted; all
/// likelihoods and penalties are means over words, or captions and regions. The paper sums (14)
/// over the regions; the authors' code has its mean over them and its sum over the batch, and no
/// mean over the batch in the gradient of (12), so that λ_r and λ_e weigh a batch's size more.
///
/// `Likelihood::penalty` is λ · mean over captions and regions of (1 − Σ_t α_ti)² (14), and with
/// hard attention, in batches that draw, −(1/N) Σ_t [λ_r (r_n − b) log α_t(drawn) + λ_e H(α_t)]
/// with r_n the mean log P of a word of the caption and b its moving average, b ← 0.9 b + 0.1 ·
/// mean r (11), (12). A training pass moves b on, a buffer of the model: one pass at a time.
///
/// Parameters have the names of Vinodababu's PyTorch tutorial, so that its files load:
/// "attention.encoder_att" (W_a), "attention.decoder_att" (W_d), "attention.full_att" (w, and a
/// bias that softmax does not see), "embedding", "decode_step" (torch's LSTMCell), "init_h",
/// "init_c", "f_beta", "fc"; ours are "region_embedding", "readout_h", "readout_z". That tutorial's
/// model is activation relu, gate vector, start linear, readout hidden.
class ShowAttendTell : public StepwiseCaptioner {
 public:
  /// Throws InvalidArgument for options out of range.
  ShowAttendTell(const ShowAttendTellOptions& options, const CaptionerSizes& sizes,
                 Generator& generator);

  std::string architecture() const override { return "show_attend_tell"; }
  std::vector<std::pair<std::string, std::string>> options() const override;
  bool needs_regions() const override { return true; }

 protected:
  Memory look(const nn::Features& features, const nn::Pass& pass) const override;
  std::vector<Variable> initial_state(const Memory& memory, const nn::Pass& pass) const override;
  Variable read(std::span<const std::int32_t> words, const nn::Pass& pass) const override;
  Step advance(const Memory& memory, std::span<const std::int64_t> images, const Variable& x,
               const std::vector<Variable>& state, const nn::Pass& pass) const override;
  const nn::Linear& output_layer() const override { return *fc_; }
  Variable penalty(const Memory& memory, const Trace& trace) const override;

 private:
  struct Attention;

  bool deep() const { return options_.readout == "deep"; }
  bool hard() const { return options_.attention == "hard"; }
  bool draws_regions(const nn::Pass& pass) const;
  Attention attend(const Memory& memory, std::span<const std::int64_t> images, const Variable& h,
                   const nn::Pass& pass) const;
  Variable gated(const Variable& context, const Variable& h) const;
  Variable reinforce(const Trace& trace) const;

  ShowAttendTellOptions options_;
  std::int64_t context_;  ///< C, width of z
  std::unique_ptr<nn::Linear> region_embedding_, encoder_att_, decoder_att_, full_att_;
  std::unique_ptr<nn::Embedding> embedding_;
  std::unique_ptr<nn::LstmCell> decode_step_;
  std::unique_ptr<nn::Linear> init_h_, init_c_, f_beta_, readout_h_, readout_z_, fc_;
  Tensor baseline_;  ///< [2], b of (11), and whether it was set; undefined unless hard
};

}  // namespace limn::models
