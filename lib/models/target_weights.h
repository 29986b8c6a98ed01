// How much each target of a batch counts.
#pragma once

#include <vector>

#include "limn/models/captioner.h"

namespace limn::models {

/// `options.weights`, or 1 for each target of the batch.
inline std::vector<float> target_weights(const data::CaptionBatch& batch,
                                         const LikelihoodOptions& options) {
  if (!options.weights.empty()) return options.weights;
  return std::vector<float>(batch.targets.size(), 1.0F);
}

}  // namespace limn::models
