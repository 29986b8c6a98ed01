// Layer normalisation with its parameters.
#pragma once

#include <cstdint>
#include <string>

#include "limn/nn/module.h"
#include "limn/ops/layer_norm.h"

namespace limn::nn {

struct LayerNormConfig {
  std::int64_t width = 0;  ///< D
  ops::LayerNormOptions options = {};
  std::string weight = "weight", bias = "bias";  ///< names of the parameters

  /// As "The Annotated Transformer" has it: a_2 and b_2, the unbiased deviation, ε 1e-6 outside the
  /// root.
  static LayerNormConfig annotated(std::int64_t width) {
    return {width, {.epsilon = 1e-6, .unbiased = true}, "a_2", "b_2"};
  }
};

/// ops::layer_norm with a weight [D], which starts at 1, and a bias [D], 0.
class LayerNorm : public Module {
 public:
  /// Throws InvalidArgument unless the width is at least 1.
  explicit LayerNorm(const LayerNormConfig& config);

  /// x [..., D].
  Variable forward(const Variable& x) const;

 private:
  ops::LayerNormOptions options_;
  Variable weight_;
  Variable bias_;
};

}  // namespace limn::nn
