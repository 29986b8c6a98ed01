// Pointwise non-linear functions.
#pragma once

#include "limn/autograd/variable.h"

namespace limn::ops {

/// max(x, 0) of every element of x [any shape], float32 or float64; the gradient at 0 is 0.
Variable relu(const Variable& x);
/// min(max(x, 0), 6); the gradient at 0 and at 6 is 0.
Variable relu6(const Variable& x);
/// tanh(x).
Variable tanh(const Variable& x);
/// σ(x) = 1 / (1 + exp(−x)).
Variable sigmoid(const Variable& x);

enum class Gelu { erf, tanh };
/// x Φ(x), Φ the standard normal distribution function (Hendrycks and Gimpel, "Gaussian error
/// linear units", 2016, section 2). `erf`: exact, PyTorch's and BERT's; `tanh`: 0.5 x (1 +
/// tanh(√(2/π) (x + 0.044715 x³))), GPT-2's.
Variable gelu(const Variable& x, Gelu form = Gelu::erf);

/// Gated linear unit: the first half of x along `axis` (negative: from the end), times σ of the
/// second (Dauphin et al., "Language modeling with gated convolutional networks", 2017, equation
/// 1). Throws InvalidArgument when there is no such axis or its size is odd.
Variable glu(const Variable& x, int axis = -1);

}  // namespace limn::ops
