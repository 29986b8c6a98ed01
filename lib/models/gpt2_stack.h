// GPT-2 as a part of captioners.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "limn/nn/embedding.h"
#include "models/gpt2_layers.h"
#include "models/ragged_captions.h"
#include "models/step_cache.h"

namespace limn::models {

/// Throws InvalidArgument, in the name of `model`, for options out of range or too many parameters,
/// `more` of which are the model's own.
void check_gpt2(const char* model, const Gpt2Options& options, const CaptionerSizes& sizes,
                double more);

/// "wte", "wpe", "h.0" …, "ln_f"; the output layer is "wte" too. Matrices start as N(0, 0.02²),
/// those that end a sublayer divided by √(2 · layers).
class Gpt2Stack : public nn::Module {
 public:
  Gpt2Stack(const Gpt2Options& options, std::int64_t vocabulary, bool sees_image,
            Generator& generator);

  /// Words [N] as vectors [N, D], without their positions.
  Variable embed(std::span<const std::int32_t> words) const { return words_.forward(words); }
  /// Keys and values of an image's vectors [M, D] in every layer.
  std::vector<Gpt2Attention::Memory> look(const Variable& image) const;
  std::size_t layers() const { return layers_.size(); }

  /// What the rows of x see: one another, and an image.
  struct View {
    Gpt2Layer::SelfAttention self;
    std::span<const Gpt2Attention::Memory> image = {};  ///< of every layer, or empty
    ops::AttentionOptions sight = {};                   ///< of the image
    /// If not null, becomes how much each row looks at each of its image's vectors in the last
    /// layer.
    Tensor* look = nullptr;
  };
  /// Vectors x [N, D] at `positions`, through all layers and the last normalisation. Throws
  /// InvalidArgument for a position that there is not.
  Variable run(const Variable& x, std::span<const std::int64_t> positions, const View& view,
               const nn::Pass& pass) const;
  /// Of what `run` made of the captions' words.
  Likelihood likelihood(const Variable& x, const RaggedCaptions& words) const;
  Tensor log_probabilities(const Variable& x) const;

 private:
  nn::Embedding words_, positions_;
  std::vector<std::unique_ptr<Gpt2Layer>> layers_;
  nn::LayerNorm norm_;
  double dropout_;
};

/// Rows see the keys and values that `sight` says, of rows `keys` of x; empty: of all, in order.
Gpt2Layer::SelfAttention seeing_rows(ops::AttentionOptions sight, std::vector<std::int64_t> keys,
                                     const nn::Pass& pass);
/// Rows of a search see their own past, to which they are added. `cache` must outlive it.
Gpt2Layer::SelfAttention seeing_past(StepCache& cache);

}  // namespace limn::models
