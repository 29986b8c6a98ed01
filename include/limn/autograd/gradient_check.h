// Numerical check of backward closures.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "limn/autograd/variable.h"
#include "limn/core/generator.h"

namespace limn {

struct GradientCheckOptions {
  double step = 1e-5;       ///< h of the central difference (f(x + h) − f(x − h)) / 2h
  double tolerance = 1e-6;  ///< largest allowed |numeric − analytic| / max(1, |numeric|)
  std::uint64_t seed = 1;   ///< of the random cotangent and the gradients' start values
};

struct GradientCheckResult {
  bool ok = true;
  /// "input 1, element 7: numeric 0.25, analytic 0.5" of the worst element; empty when there was
  /// none.
  std::string worst;
  double largest_error = 0;
};

/// Compares the gradients that `function`'s backward adds with central differences of Σ
/// output·cotangent, for a random cotangent. `inputs` are float64 tensors. Gradients start from
/// random values, so that a backward that overwrites instead of adding fails, and then from none,
/// where one that leaves elements unwritten finds NaN. `function` must be deterministic. Throws
/// InvalidArgument for other dtypes.
GradientCheckResult check_gradients(
    const std::function<Variable(const std::vector<Variable>&)>& function,
    const std::vector<Tensor>& inputs, const GradientCheckOptions& options = {});

}  // namespace limn
