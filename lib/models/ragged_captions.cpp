#include "models/ragged_captions.h"

#include "limn/core/dispatch.h"
#include "limn/ops/cross_entropy.h"
#include "models/target_weights.h"

namespace limn::models {

RaggedCaptions::RaggedCaptions(const data::CaptionBatch& batch, const LikelihoodOptions& options)
    : label_smoothing_(options.label_smoothing), images_(batch.images) {
  const std::vector<float> all_weights = target_weights(batch, options);
  for (std::int64_t row = 0; row < batch.rows(); ++row) {
    const std::int64_t begin = std::ssize(inputs), length = batch.packing.length(row);
    captions.push_back({begin, length, begin, length});
    for (std::int64_t t = 0; t < length; ++t) {
      rows_.push_back(batch.packing.offset(t) + row);
      const auto from = static_cast<std::size_t>(rows_.back());
      inputs.push_back(batch.inputs[from]);
      targets_.push_back(batch.targets[from]);
      weights_.push_back(all_weights[from]);
      positions.push_back(t);
    }
  }
}

std::vector<ops::AttentionSpan> RaggedCaptions::seeing(const ImageRows& images) const {
  std::vector<ops::AttentionSpan> spans = captions;
  for (std::size_t row = 0; row < spans.size(); ++row) {
    spans[row].k_begin = images.begin(images_[row]);
    spans[row].k_count = images.count(images_[row]);
  }
  return spans;
}

Likelihood RaggedCaptions::likelihood(const Variable& x, const Variable& weight,
                                      const Variable& bias) const {
  auto result = ops::linear_cross_entropy(x, weight, bias, targets_, weights_, label_smoothing_);
  return {.total = std::move(result.total), .log_probabilities = packed(result.log_probabilities)};
}

// [N] back in the batch's order.
Tensor RaggedCaptions::packed(const Tensor& values) const {
  Tensor result(values.shape(), values.dtype());
  for_floating(values.dtype(), "captions", [&]<class T>() {
    for (std::size_t n = 0; n < rows_.size(); ++n) result.data<T>()[rows_[n]] = values.data<T>()[n];
  });
  return result;
}

}  // namespace limn::models
