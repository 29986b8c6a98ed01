// Captions one after the other, as attention wants them.
#pragma once

#include <vector>

#include "limn/models/captioner.h"
#include "models/region_rows.h"

namespace limn::models {

/// The words of a packed batch, caption after caption.
struct RaggedCaptions {
  RaggedCaptions(const data::CaptionBatch& batch, const LikelihoodOptions& options);

  std::vector<std::int32_t> inputs;          ///< [N]
  std::vector<std::int64_t> positions;       ///< [N] of each word in its caption, from 0
  std::vector<ops::AttentionSpan> captions;  ///< each looks at itself

  /// Which image each caption describes.
  const std::vector<std::int64_t>& images() const { return images_; }
  /// Each caption looks at its image.
  std::vector<ops::AttentionSpan> seeing(const ImageRows& images) const;
  /// Of the output layer W x + b on x [N, D]; `bias` may be undefined.
  Likelihood likelihood(const Variable& x, const Variable& weight, const Variable& bias) const;

 private:
  Tensor packed(const Tensor& values) const;

  std::vector<std::int32_t> targets_;  // [N]
  std::vector<float> weights_;         // [N]
  double label_smoothing_;
  std::vector<std::int64_t> rows_;    // of the batch, for each word here
  std::vector<std::int64_t> images_;  // of each caption
};

}  // namespace limn::models
