// Attention of several heads with its linear maps.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include "limn/nn/linear.h"
#include "limn/ops/attention.h"

namespace limn::nn {

struct MultiHeadAttentionConfig {
  std::int64_t width = 0;         ///< D
  std::int64_t heads = 1;         ///< H
  std::int64_t head_width = 0;    ///< of keys and values of a head; 0: D / H
  std::int64_t memory_width = 0;  ///< F, of what is looked at; 0: D
  double dropout = 0;             ///< of the weights, in training passes
  /// Names of the maps to queries, keys, values and of the output; no output map without a name.
  std::array<std::string, 4> names = {"q_proj", "k_proj", "v_proj", "out_proj"};
};

/// Vaswani et al., "Attention is all you need", 2017, section 3.2.2, over ragged rows: sequence
/// after sequence, without padding. The maps are nn::Linear, with their start values.
class MultiHeadAttention : public Module {
 public:
  /// Throws InvalidArgument when a size is below 1, the heads do not divide the width or the
  /// dropout is outside [0, 1).
  MultiHeadAttention(const MultiHeadAttentionConfig& config, Generator& generator);

  /// What is looked at: keys and values [M, H · head_width].
  struct Memory {
    Variable keys;
    Variable values;
  };
  /// The maps to keys and values of x [M, F].
  Memory remember(const Variable& x) const;
  /// The map to queries of x [N, D].
  Variable queries(const Variable& x) const;
  /// Queries x [N, D] look at `memory`. Of `sight` the spans, `causal` and the mask count. Result
  /// [N, D], or [N, H · head_width] without an output map.
  Variable forward(const Variable& x, const Memory& memory, const ops::AttentionOptions& sight,
                   const Pass& pass) const {
    return attend(queries(x), memory, sight, pass);
  }
  /// The same of queries already mapped, for who looks at several memories.
  Variable attend(const Variable& queries, const Memory& memory, const ops::AttentionOptions& sight,
                  const Pass& pass) const;
  /// How much each of `queries` looks at each key, see ops::attention_weights.
  Tensor weights(const Variable& queries, const Memory& memory,
                 const ops::AttentionOptions& sight) const;
  /// One query a row looks at the steps of a search so far, whose keys and values are those of
  /// `remember`; no gradient.
  Variable step(const Variable& x, const ops::AttentionSteps& steps) const;

  const MultiHeadAttentionConfig& config() const { return config_; }

 private:
  Variable output(const Variable& heads) const;

  MultiHeadAttentionConfig config_;
  std::unique_ptr<Linear> queries_, keys_, values_;
  std::unique_ptr<Linear> output_;  // may be null
};

}  // namespace limn::nn
