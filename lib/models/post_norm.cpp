#include "models/post_norm.h"

#include "limn/nn/dropout.h"
#include "limn/ops/arithmetic.h"

namespace limn::models {
namespace {

nn::LayerNorm post_norm(std::int64_t width, const PostNormConfig& config) {
  return nn::LayerNorm({.width = width, .options = {.epsilon = config.epsilon}});
}

Variable add_and_norm(const nn::LayerNorm& norm, const Variable& x, const Variable& y,
                      double dropout, const nn::Pass& pass) {
  return norm.forward(ops::add(x, nn::dropout(y, dropout, pass)));
}

}  // namespace

PostNormAttention::PostNormAttention(const nn::MultiHeadAttentionConfig& config,
                                     const PostNormConfig& norm, Generator& generator)
    : attention_(config, generator), norm_(post_norm(config.width, norm)), dropout_(norm.dropout) {
  child("", attention_);
  child(norm.name, norm_);
}

Variable PostNormAttention::sum(const Variable& x, const Variable& attended,
                                const nn::Pass& pass) const {
  return add_and_norm(norm_, x, attended, dropout_, pass);
}

PostNormNetwork::PostNormNetwork(const nn::FeedForwardConfig& config, const PostNormConfig& norm,
                                 Generator& generator)
    : network_(config, generator), norm_(post_norm(config.width, norm)), dropout_(norm.dropout) {
  child("", network_);
  child(norm.name, norm_);
}

Variable PostNormNetwork::forward(const Variable& x, const nn::Pass& pass) const {
  return add_and_norm(norm_, x, network_.forward(x, pass), dropout_, pass);
}

}  // namespace limn::models
