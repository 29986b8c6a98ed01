// Attention as its definition reads: element by element, in double.
#pragma once

#include <cmath>
#include <vector>

#include "limn/ops/attention.h"

namespace limn::test {

/// Whether query i of a span sees its key j.
inline bool is_seen(const ops::AttentionOptions& options, const ops::AttentionSpan& span,
                    std::int64_t i, std::int64_t j) {
  if (options.causal && j > span.k_count - span.q_count + i) return false;
  return !options.key_mask.defined() ||
         options.key_mask.data<std::uint8_t>()[span.k_begin + j] != 0;
}

/// y [N, H·dv] of float64 q, k, v, without dropout; scale 0: 1/√dk.
inline std::vector<double> naive_attention(const Tensor& q, const Tensor& k, const Tensor& v,
                                           const ops::AttentionOptions& options) {
  const std::int64_t dk = q.shape()[1] / options.heads, dv = v.shape()[1] / options.heads;
  const double scale = options.scale != 0 ? options.scale : 1 / std::sqrt(static_cast<double>(dk));
  std::vector<double> y(static_cast<std::size_t>(q.shape()[0] * v.shape()[1]));
  for (const ops::AttentionSpan& span : options.spans) {
    for (std::int64_t i = span.q_begin; i < span.q_begin + span.q_count; ++i) {
      for (std::int64_t h = 0; h < options.heads; ++h) {
        double total = 0;
        double* to = y.data() + i * v.shape()[1] + h * dv;
        for (std::int64_t j = 0; j < span.k_count; ++j) {
          if (!is_seen(options, span, i - span.q_begin, j)) continue;
          const double* key = k.data<double>() + (span.k_begin + j) * k.shape()[1] + h * dk;
          const double* value = v.data<double>() + (span.k_begin + j) * v.shape()[1] + h * dv;
          double score = 0;
          for (std::int64_t c = 0; c < dk; ++c)
            score += q.data<double>()[i * q.shape()[1] + h * dk + c] * key[c];
          total += std::exp(scale * score);
          for (std::int64_t c = 0; c < dv; ++c) to[c] += std::exp(scale * score) * value[c];
        }
        for (std::int64_t c = 0; c < dv; ++c) to[c] /= total;
      }
    }
  }
  return y;
}

}  // namespace limn::test
