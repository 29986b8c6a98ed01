// How much each target of a batch counts.
#pragma once

#include <vector>

#include "core/check.h"
#include "limn/models/captioner.h"

namespace limn::models {

/// `options.weights`, or 1 for each target of the batch. Throws InvalidArgument for another number
/// of weights than targets.
inline std::vector<float> target_weights(const data::CaptionBatch& batch,
                                         const LikelihoodOptions& options) {
  if (options.weights.empty()) return std::vector<float>(batch.targets.size(), 1.0F);
  require(options.weights.size() == batch.targets.size(),
          "log_likelihood: needs a weight for each of {} targets; got {}", batch.targets.size(),
          options.weights.size());
  return options.weights;
}

}  // namespace limn::models
