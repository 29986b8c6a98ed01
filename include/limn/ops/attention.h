// Scaled dot-product attention.
#pragma once

#include <cstdint>
#include <vector>

#include "limn/autograd/variable.h"
#include "limn/core/generator.h"

namespace limn::ops {

/// Queries [q_begin, q_begin + q_count) see keys [k_begin, k_begin + k_count).
struct AttentionSpan {
  std::int64_t q_begin = 0;
  std::int64_t q_count = 0;
  std::int64_t k_begin = 0;
  std::int64_t k_count = 0;
};

struct AttentionOptions {
  std::int64_t heads = 1;  ///< H
  double scale = 0;        ///< of q kᵀ; 0: 1 / √(width of a head's keys)
  bool causal = false;     ///< query i of a span sees its keys 0 … k_count − q_count + i
  /// Which queries see which keys. No query is in two spans, those in none get 0; keys may be in
  /// many. Empty: all see all.
  std::vector<AttentionSpan> spans = {};
  Tensor key_mask = {};            ///< uint8 [M], 0: nobody sees this key; undefined: all are seen
  double dropout = 0;              ///< of the weights, in [0, 1)
  Generator* generator = nullptr;  ///< what dropout draws from
};

/// y = dropout(softmax(scale · q kᵀ)) v for each span and head (Vaswani et al., "Attention is all
/// you need", 2017, equation 1 and section 3.2.2, without the linear maps). q [N, H·dk], k [M,
/// H·dk], v [M, H·dv], float32 or float64, all the same; head h has columns h·dk … (h + 1)·dk.
/// Result [N, H·dv]. Sequences of any lengths lie one after the other, without padding; there is no
/// N×M matrix, only the weights of each span. Throws InvalidArgument when shapes, dtypes or spans
/// do not fit, and naming a query that sees no key.
Variable attention(const Variable& q, const Variable& k, const Variable& v,
                   const AttentionOptions& options);

/// What `attention` weighs: the mean over the heads of softmax(scale · q kᵀ), without dropout.
/// Result [N, K], K the most keys of a span, 0 behind a span's own and for queries in none. Values
/// only, no gradient.
Tensor attention_weights(const Variable& q, const Variable& k, const AttentionOptions& options);

/// Keys and values of the steps of a search so far; what each hypothesis descends from decides what
/// it sees.
struct AttentionSteps {
  std::vector<Tensor> keys;    ///< of step s: [rows of that step, H·d]
  std::vector<Tensor> values;  ///< the same shapes
  Tensor rows;                 ///< int32 [N, steps]: which row of step s query n sees, -1: none
};

/// attention() of one query a row to one key a step: q [N, H·d] to [N, H·d]. Values only, no
/// gradient. scale 0: 1/√d. Throws InvalidArgument when they do not fit, naming a row out of range,
/// and for a query that sees no step.
Tensor attention_to_steps(const Tensor& q, const AttentionSteps& steps, std::int64_t heads,
                          double scale = 0);

}  // namespace limn::ops
