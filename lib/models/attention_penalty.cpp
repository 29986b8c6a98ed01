#include "models/attention_penalty.h"

#include "limn/ops/arithmetic.h"
#include "limn/ops/reduce.h"
#include "limn/ops/reshape.h"

namespace limn::models {
namespace {

// Σ_t α_t [captions, R]: from the last step, which the fewest captions have, to the first.
Variable sum_over_steps(std::span<const Variable> attention) {
  Variable sum = attention.back();
  for (std::size_t t = attention.size() - 1; t-- > 0;) {
    const Variable& step = attention[t];
    const std::int64_t longer = sum.shape()[0], rows = step.shape()[0];
    if (longer == rows) {
      sum = ops::add(step, sum);
    } else {
      sum = ops::concatenate(
          {ops::add(ops::slice(step, 0, 0, longer), sum), ops::slice(step, 0, longer, rows)}, 0);
    }
  }
  return sum;
}

// 1 / (captions · regions of the caption's image) where there is a region, else 0.
Tensor region_weights(const Shape& shape, const Tensor& mask,
                      std::span<const std::int64_t> images) {
  const std::int64_t captions = shape[0], regions = shape[1];
  Tensor weights = Tensor::full(shape, 1, DType::float64);
  for (std::int64_t m = 0; m < captions; ++m) {
    double* row = weights.data<double>() + m * regions;
    const std::int64_t image = images[static_cast<std::size_t>(m)];
    double count = 0;
    for (std::int64_t r = 0; r < regions; ++r) {
      if (mask.defined()) row[r] = mask.data<std::uint8_t>()[image * regions + r] != 0 ? 1 : 0;
      count += row[r];
    }
    for (std::int64_t r = 0; r < regions; ++r) row[r] /= count * static_cast<double>(captions);
  }
  return weights;
}

}  // namespace

Variable doubly_stochastic(std::span<const Variable> attention, const Tensor& mask,
                           std::span<const std::int64_t> images) {
  const Variable missing = ops::affine(sum_over_steps(attention), -1, 1);
  const Tensor weights = region_weights(missing.shape(), mask, images).to(missing.dtype());
  return ops::sum(ops::multiply(ops::multiply(missing, missing), Variable(weights)));
}

}  // namespace limn::models
