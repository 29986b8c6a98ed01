#include "limn/nn/multi_head_attention.h"

#include <algorithm>

#include "core/check.h"

namespace limn::nn {
namespace {

MultiHeadAttentionConfig checked_attention(MultiHeadAttentionConfig config) {
  require(config.width >= 1 && config.heads >= 1 && config.head_width >= 0,
          "MultiHeadAttention: width and heads must be at least 1; got {} and {}, heads of {}",
          config.width, config.heads, config.head_width);
  require(config.memory_width >= 0, "MultiHeadAttention: memory_width must be at least 0; got {}",
          config.memory_width);
  require(config.head_width > 0 || config.width % config.heads == 0,
          "MultiHeadAttention: {} heads must divide the width {}", config.heads, config.width);
  require(config.dropout >= 0 && config.dropout < 1,
          "MultiHeadAttention: dropout must be in [0, 1); got {}", config.dropout);
  if (config.head_width == 0) config.head_width = config.width / config.heads;
  if (config.memory_width == 0) config.memory_width = config.width;
  return config;
}

}  // namespace

MultiHeadAttention::MultiHeadAttention(const MultiHeadAttentionConfig& config, Generator& generator)
    : config_(checked_attention(config)) {
  const std::int64_t inner = config_.heads * config_.head_width;
  const auto map = [&](const std::string& name, std::int64_t inputs, std::int64_t outputs) {
    auto linear = std::make_unique<Linear>(LinearConfig{inputs, outputs}, generator);
    child(name, *linear);
    return linear;
  };
  queries_ = map(config_.names[0], config_.width, inner);
  keys_ = map(config_.names[1], config_.memory_width, inner);
  values_ = map(config_.names[2], config_.memory_width, inner);
  if (!config_.names[3].empty()) output_ = map(config_.names[3], inner, config_.width);
}

MultiHeadAttention::Memory MultiHeadAttention::remember(const Variable& x) const {
  return {keys_->forward(x), values_->forward(x)};
}

Variable MultiHeadAttention::queries(const Variable& x) const { return queries_->forward(x); }

Variable MultiHeadAttention::output(const Variable& heads) const {
  return output_ == nullptr ? heads : output_->forward(heads);
}

Variable MultiHeadAttention::attend(const Variable& queries, const Memory& memory,
                                    const ops::AttentionOptions& sight, const Pass& pass) const {
  require(!pass.training || config_.dropout == 0 || pass.generator != nullptr,
          "MultiHeadAttention: training needs a generator; the pass has none");
  ops::AttentionOptions options = sight;
  options.heads = config_.heads;
  options.dropout = pass.training ? config_.dropout : 0;
  options.generator = pass.generator;
  return output(ops::attention(queries, memory.keys, memory.values, options));
}

Tensor MultiHeadAttention::weights(const Variable& queries, const Memory& memory,
                                   const ops::AttentionOptions& sight) const {
  ops::AttentionOptions options = sight;
  options.heads = config_.heads;
  return ops::attention_weights(queries, memory.keys, options);
}

Variable MultiHeadAttention::step(const Variable& x, const ops::AttentionSteps& steps) const {
  return output(Variable(ops::attention_to_steps(queries(x).value(), steps, config_.heads)));
}

}  // namespace limn::nn
