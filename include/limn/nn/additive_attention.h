// Additive attention with its parameters.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "limn/nn/linear.h"
#include "limn/nn/module.h"

namespace limn::nn {

struct AdditiveAttentionConfig {
  std::int64_t query = 0;  ///< D
  std::int64_t width = 0;  ///< A
  bool bias = true;
};

/// A query h [M, D] looks at the regions of its image (ops/additive_attention.h):
///
///     e_i = w · tanh(p_i + W_h h + b_h) + b,  α = softmax(e),  context = Σ_i α_i a_i
///
/// Parameters "h2att.weight" [A, D], "h2att.bias", "alpha_net.weight" [1, A] and "alpha_net.bias",
/// which softmax does not see, as in ImageCaptioning.pytorch; all start as PyTorch's Linear.
class AdditiveAttention : public Module {
 public:
  /// Throws InvalidArgument when a size is below 1.
  AdditiveAttention(const AdditiveAttentionConfig& config, Generator& generator);

  /// What is known of the regions of B images.
  struct Regions {
    Variable values;  ///< a [B, R, F]
    Variable keys;    ///< p [B, R, A]
    Tensor mask;      ///< uint8 [B, R], 1 = the region exists; undefined: all do
  };
  struct Result {
    Variable weights;  ///< α [M, R]
    Variable context;  ///< [M, F]
  };
  /// Row m of h looks at image images[m].
  Result forward(const Variable& h, const Regions& regions,
                 std::span<const std::int64_t> images) const;

 private:
  std::int64_t width_;
  std::unique_ptr<Linear> h2att_, alpha_net_;
};

}  // namespace limn::nn
