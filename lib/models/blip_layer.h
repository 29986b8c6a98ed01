// The layer of BLIP's text decoder, with the parameter names of BERT.
#pragma once

#include <functional>

#include "limn/models/blip_text.h"
#include "models/post_norm.h"

namespace limn::models {

/// BERT's ε.
inline constexpr double kBertEpsilon = 1e-12;

/// "attention" to words, "crossattention" to regions, and "intermediate.dense", "output.dense".
class BlipLayer : public nn::Module {
 public:
  /// `image_width`: of the regions.
  BlipLayer(const BlipTextOptions& options, std::int64_t image_width, Generator& generator);

  using Memory = nn::MultiHeadAttention::Memory;
  /// Keys and values of regions [M, F].
  Memory look(const Variable& regions) const { return image_.attention().remember(regions); }
  /// What the words see of the image.
  struct Image {
    const Memory& memory;
    const ops::AttentionOptions& sight;
    Tensor* look = nullptr;  ///< if not null, becomes how much each word looks at each region
  };
  /// All words of all captions.
  Variable forward(const Variable& x, const ops::AttentionOptions& captions, const Image& image,
                   const nn::Pass& pass) const;
  /// One word of each row; `remember` keeps its keys and values and says what it sees.
  Variable step(const Variable& x,
                const std::function<ops::AttentionSteps(const Memory&)>& remember,
                const Image& image) const;

 private:
  Variable after_self(const Variable& x, const Variable& attended, const Image& image,
                      const nn::Pass& pass) const;

  PostNormAttention self_, image_;
  PostNormNetwork network_;
};

}  // namespace limn::models
