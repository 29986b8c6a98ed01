// The feed-forward network between the attentions of a transformer.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "limn/nn/linear.h"
#include "limn/ops/activation.h"

namespace limn::nn {

enum class FeedForwardActivation { relu, gelu_erf, gelu_tanh };

struct FeedForwardConfig {
  std::int64_t width = 0;  ///< D
  std::int64_t inner = 0;
  double dropout = 0;  ///< after the activation, in training passes
  FeedForwardActivation activation = FeedForwardActivation::relu;
  std::array<std::string, 2> names = {"linear1", "linear2"};
};

/// W₂ dropout(f(W₁ x + b₁)) + b₂ (Vaswani et al., "Attention is all you need", 2017, equation 2,
/// with f = relu). The maps are nn::Linear, with their start values.
class FeedForward : public Module {
 public:
  /// Throws InvalidArgument when a size is below 1 or the dropout is outside [0, 1).
  FeedForward(const FeedForwardConfig& config, Generator& generator);

  /// x [..., D].
  Variable forward(const Variable& x, const Pass& pass) const;

 private:
  FeedForwardConfig config_;
  Linear first_;
  Linear second_;
};

}  // namespace limn::nn
