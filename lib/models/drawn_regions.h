// Hard attention: regions that are drawn, and what that choice learns from.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "limn/autograd/variable.h"
#include "limn/core/generator.h"
#include "limn/core/packing.h"

namespace limn::models {

struct DrawnRegions {
  Variable one_hot;  ///< [M, R], a constant: 1 at the region that row m drew
  Variable choice;   ///< [M, 2]: log α_m(drawn) and the entropy of α_m, in nats; differentiable
};

/// One region for each row, from α [M, R], the softmax of `scores` over the regions that exist;
/// where α is 0 none is drawn. Throws NumericalError when there is nothing to draw from but NaN.
DrawnRegions draw_regions(const Variable& scores, const Variable& attention, Generator& generator);

/// What reinforce_regions needs: log P of the targets [N], packed, and the choices of each step.
struct RegionReward {
  const Packing& packing;
  const Tensor& log_probabilities;
  std::span<const Variable> choices;
  double reward_weight;   ///< λ_r
  double entropy_weight;  ///< λ_e
};

/// −(1/N) Σ_t [λ_r (r_n − b) log α_t(drawn) + λ_e H(α_t)], one element (Xu et al., "Show, Attend
/// and Tell", 2015, equations (11) and (12)), r_n being the mean log P of a word of caption n, as
/// in the authors' code. `baseline` [2] holds b and whether it was ever set; it moves on, b ← 0.9 b
/// + 0.1 · mean r, the first time to the mean.
Variable reinforce_regions(const RegionReward& reward, Tensor& baseline);

}  // namespace limn::models
