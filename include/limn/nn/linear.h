// An affine map with its parameters.
#pragma once

#include <cstdint>

#include "limn/nn/module.h"

namespace limn::nn {

struct LinearConfig {
  std::int64_t inputs = 0;
  std::int64_t outputs = 0;
  bool bias = true;
};

/// ops::linear with "weight" [outputs, inputs] and, if asked for, "bias" [outputs]; both start as
/// U(−1/√inputs, 1/√inputs) (PyTorch's default).
class Linear : public Module {
 public:
  /// Throws InvalidArgument when a size is below 1.
  Linear(const LinearConfig& config, Generator& generator);

  /// x [..., inputs] to [..., outputs].
  Variable forward(const Variable& x) const;

  const Variable& weight() const { return weight_; }
  /// Undefined when there is none.
  const Variable& bias() const { return bias_; }

 private:
  Variable weight_;
  Variable bias_;
};

}  // namespace limn::nn
