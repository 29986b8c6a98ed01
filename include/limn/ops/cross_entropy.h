// Cross-entropy on logits, and fused with the linear layer before it.
#pragma once

#include <cstdint>
#include <span>

#include "limn/autograd/variable.h"

namespace limn::ops {

enum class Reduction { none, sum, mean };

struct CrossEntropyOptions {
  /// Rows with this target have loss 0 and no gradient, and `mean` does not count them.
  std::int32_t ignore = -1;
  /// ε in [0, 1) of label smoothing (Szegedy et al., "Rethinking the Inception architecture", 2016,
  /// section 7, u uniform): the target is worth 1 − ε + ε/V and every other class ε/V, so that the
  /// loss is −(1 − ε) log p(target) − (ε/V) Σ_v log p(v). Not ε/(V − 1) for the others, and no
  /// entropy is taken off, as the Kullback–Leibler form of ruotianluo's code has it.
  double label_smoothing = 0;
  Reduction reduction = Reduction::mean;
};

/// −log softmax(logits)[target], natural logarithm. logits [N, V], float32 or float64; targets [N]
/// in [0, V) or `ignore`. Result [N] for `none`, one element [] otherwise; the mean of no rows is
/// 0. Throws InvalidArgument when they do not fit, naming a target outside [0, V).
Variable cross_entropy(const Variable& logits, std::span<const std::int32_t> targets,
                       const CrossEntropyOptions& options = {});

struct LinearCrossEntropy {
  /// Σ_n weights[n] · ((1 − ε) log p_n(targets[n]) + (ε/V) Σ_v log p_n(v)), one element [].
  Variable total;
  /// log p_n(targets[n]) [N]: values, no gradient.
  Tensor log_probabilities;
};

/// log p_n = log softmax(x_n Wᵀ + b), weighted and summed: the output layer of every captioner and
/// its loss in one operation. It works in blocks of rows, so the N×V logits never exist in memory;
/// when a gradient is recorded it is computed along with the values. x [N, D]; weight [V, D]; bias
/// [V] or undefined; weights [N] (a row of weight 0 costs nothing but its log-probability);
/// label_smoothing is ε in [0, 1), as in CrossEntropyOptions. Throws InvalidArgument when they do
/// not fit, naming a target outside [0, V).
LinearCrossEntropy linear_cross_entropy(const Variable& x, const Variable& weight,
                                        const Variable& bias, std::span<const std::int32_t> targets,
                                        std::span<const float> weights, double label_smoothing = 0);

}  // namespace limn::ops
