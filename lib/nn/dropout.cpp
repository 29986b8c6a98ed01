#include "limn/nn/dropout.h"

#include "core/check.h"
#include "limn/ops/dropout.h"

namespace limn::nn {

Variable dropout(const Variable& x, double p, const Pass& pass) {
  require(p >= 0 && p < 1, "dropout: p must be in [0, 1); got {}", p);
  if (!pass.training || p == 0) return x;
  require(pass.generator != nullptr, "dropout: training needs a generator; the pass has none");
  return ops::dropout(x, p, *pass.generator);
}

}  // namespace limn::nn
