// newfc: the image is the first word that a maxout LSTM reads.
#pragma once

#include <memory>
#include <string>

#include "limn/models/stepwise_captioner.h"
#include "limn/nn/embedding.h"
#include "limn/nn/linear.h"

namespace limn::models {

/// Defaults are those of ImageCaptioning.pytorch's `fc.yml`.
struct NewFcOptions {
  std::int64_t embedding = 512;  ///< E
  std::int64_t hidden = 512;     ///< D
  double dropout = 0.5;          ///< of what the LSTM says, before the output layer
};
std::vector<Option> options_of(NewFcOptions& options);

/// The "FC model" of Rennie et al., "Self-critical sequence training for image captioning", CVPR
/// 2017, section 2.1, equations (1)–(3), as `newfc` of ImageCaptioning.pytorch: "Show
/// and Tell" with the maxout LSTM of ops::maxout_lstm_cell. The image's vector W_v v + b is read
/// before the first word, from the zero state; nothing is said there:
///
///     h_t, c_t = LSTM(W_x E s_{t-1} + b + W_hh h_{t-1} + b, c_{t-1}),  P(s_t | …) = softmax(W_o
///     h_t + b)
///
/// Parameters: "embed", "fc_embed" (W_v), "logit" (W_o), "_core.i2h" (W_x), "_core.h2h" (W_hh).
class NewFc : public StepwiseCaptioner {
 public:
  /// Throws InvalidArgument for options out of range.
  NewFc(const NewFcOptions& options, const CaptionerSizes& sizes, Generator& generator);

  std::string architecture() const override { return "newfc"; }
  std::vector<std::pair<std::string, std::string>> options() const override;
  bool needs_regions() const override { return false; }

 protected:
  Memory look(const nn::Features& features, const nn::Pass& pass) const override;
  std::vector<Variable> initial_state(const Memory& memory, const nn::Pass& pass) const override;
  Variable read(std::span<const std::int32_t> words, const nn::Pass& pass) const override;
  Step advance(const Memory& memory, std::span<const std::int64_t> images, const Variable& x,
               const std::vector<Variable>& state, const nn::Pass& pass) const override;
  const nn::Linear& output_layer() const override { return *logit_; }

 private:
  NewFcOptions options_;
  std::unique_ptr<nn::Embedding> embed_;
  std::unique_ptr<nn::Linear> fc_embed_, logit_, i2h_, h2h_;
};

}  // namespace limn::models
