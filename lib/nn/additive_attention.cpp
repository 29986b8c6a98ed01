#include "limn/nn/additive_attention.h"

#include "limn/ops/additive_attention.h"
#include "limn/ops/reshape.h"

namespace limn::nn {

AdditiveAttention::AdditiveAttention(const AdditiveAttentionConfig& config, Generator& generator)
    : width_(config.width),
      h2att_(std::make_unique<Linear>(LinearConfig{config.query, config.width, config.bias},
                                      generator)),
      alpha_net_(std::make_unique<Linear>(LinearConfig{config.width, 1, config.bias}, generator)) {
  child("h2att", *h2att_);
  child("alpha_net", *alpha_net_);
}

AdditiveAttention::Result AdditiveAttention::forward(const Variable& h, const Regions& regions,
                                                     std::span<const std::int64_t> images) const {
  const Variable weight = ops::reshape(alpha_net_->weight(), Shape{width_});
  const Variable scores = ops::additive_scores(regions.keys, h2att_->forward(h), weight, images);
  const Variable alpha = ops::masked_softmax(scores, regions.mask, images);
  return {alpha, ops::weighted_sum(alpha, regions.values, images)};
}

}  // namespace limn::nn
