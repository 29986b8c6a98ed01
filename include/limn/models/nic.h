// NIC, "Show and Tell": the image is the first word that an LSTM reads.
#pragma once

#include <string>

#include "limn/models/captioner.h"
#include "limn/nn/embedding.h"
#include "limn/nn/linear.h"
#include "limn/nn/recurrent.h"

namespace limn::models {

/// Defaults are those of the authors' code (im2txt, 2016).
struct NicOptions {
  std::string cell = "lstm";  ///< "lstm", "gru" or "rnn": f of h_i = f(h_{i-1}, s_{i-1}, v)
  /// Where v = W_img CNN(I) comes in: "input", read before the first word (the paper's way);
  /// "each", added to every word read (as in Donahue et al., "Long-term recurrent convolutional
  /// networks", 2015); "state", h_0 (and c_0) = tanh(v).
  std::string image_as = "input";
  std::int64_t embedding = 512;  ///< E
  std::int64_t hidden = 512;     ///< D
  std::int64_t layers = 1;
  double dropout_input = 0.3;   ///< of what the recurrence reads, the image included
  double dropout_output = 0.3;  ///< of what it says, before the output layer
  double forget_bias = 1;       ///< added inside the forget gate
  bool recurrent_bias = true;   ///< whether the recurrence has biases
  bool image_bias = false;      ///< whether the image's linear map has one
  double init = 0.08;  ///< weights start as U(−init, init), biases at 0; 0: PyTorch's defaults
};
std::vector<Option> options_of(NicOptions& options);

/// Vinyals et al., "Show and Tell: A Neural Image Caption Generator", CVPR 2015, equations
/// (10)–(12): x_{−1} = W_img CNN(I), x_t = E s_t, p_{t+1} = softmax(W_o h_t). Parameters:
/// "image.weight" [E, F], "embed.weight" [V, E], "recurrent.…" (torch's names), "out.weight" [V,
/// D], "out.bias" [V].
class Nic : public Captioner {
 public:
  /// Throws InvalidArgument for options out of range.
  Nic(const NicOptions& options, const CaptionerSizes& sizes, Generator& generator);

  std::string architecture() const override { return "nic"; }
  std::vector<std::pair<std::string, std::string>> options() const override;
  const CaptionerSizes& sizes() const override { return sizes_; }
  bool needs_regions() const override { return false; }
  Likelihood log_likelihood(const nn::Features& features, const data::CaptionBatch& batch,
                            const LikelihoodOptions& options, const nn::Pass& pass) const override;
  decode::State start(const nn::Features& features) const override;
  Tensor step(decode::State& state, std::span<const std::int32_t> words) const override;

 private:
  bool image_is_state() const;
  bool image_is_each_input() const;
  Variable image_vectors(const nn::Features& features) const;
  nn::Recurrent::State initial_state(const Variable& image) const;
  Variable read_once(std::span<const std::int32_t> words) const;
  Variable hidden(const nn::Features& features, const data::CaptionBatch& batch,
                  const nn::Pass& pass) const;

  NicOptions options_;
  CaptionerSizes sizes_;
  std::unique_ptr<nn::Linear> image_;
  std::unique_ptr<nn::Embedding> embed_;
  std::unique_ptr<nn::Recurrent> recurrent_;
  std::unique_ptr<nn::Linear> out_;
};

}  // namespace limn::models
