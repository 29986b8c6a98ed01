#include "models/drawn_regions.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <numeric>

#include "kernels/draw.h"
#include "limn/core/dispatch.h"
#include "limn/core/error.h"
#include "limn/ops/arithmetic.h"
#include "limn/ops/cross_entropy.h"
#include "limn/ops/reduce.h"
#include "limn/ops/reshape.h"

namespace limn::models {
namespace {

// The scores, but −∞ where the attention is 0.
Variable possible_scores(const Variable& scores, const Variable& attention) {
  Tensor offsets = Tensor::zeros(scores.shape(), scores.dtype());
  for_floating(offsets.dtype(), "draw_regions", [&]<class T>() {
    for (std::int64_t i = 0; i < offsets.elements(); ++i) {
      if (attention.value().data<T>()[i] == 0)
        offsets.data<T>()[i] = -std::numeric_limits<T>::infinity();
    }
  });
  return ops::add(scores, Variable(offsets));
}

std::vector<std::int32_t> draw(const Tensor& scores, Generator& generator) {
  const std::int64_t rows = scores.shape()[0];
  std::vector<std::int64_t> of(static_cast<std::size_t>(rows));
  std::iota(of.begin(), of.end(), 0);
  std::vector<double> u(of.size());
  for (double& number : u) number = generator.uniform();
  std::vector<std::int32_t> drawn(of.size());
  for_floating(scores.dtype(), "draw_regions", [&]<class T>() {
    kernels::draw<T>({.columns = scores.shape()[1]}, scores.data<T>(), rows, of.data(), u.data(),
                     drawn.data());
  });
  const auto none = std::find(drawn.begin(), drawn.end(), -1);
  if (none != drawn.end()) {
    throw NumericalError(fmt::format(
        "draw_regions: the attention of row {} is NaN; do the weights or the features hold NaN or "
        "infinity?",
        none - drawn.begin()));
  }
  return drawn;
}

// The mean log P of a word of each caption.
std::vector<double> mean_log_probabilities(const Packing& packing, const Tensor& packed) {
  const Tensor values = packed.to(DType::float64);
  std::vector<double> means(static_cast<std::size_t>(packing.sequences()));
  for (std::int64_t n = 0; n < packing.sequences(); ++n) {
    double& mean = means[static_cast<std::size_t>(n)];
    for (std::int64_t t = 0; t < packing.length(n); ++t)
      mean += values.data<double>()[packing.offset(t) + n];
    mean /= static_cast<double>(packing.length(n));
  }
  return means;
}

double next_baseline(Tensor& baseline, const std::vector<double>& rewards) {
  float* b = baseline.data<float>();
  const double mean = std::accumulate(rewards.begin(), rewards.end(), 0.0) /
                      static_cast<double>(std::max<std::size_t>(rewards.size(), 1));
  const double before = b[1] != 0 ? b[0] : mean;
  b[0] = static_cast<float>(0.9 * before + 0.1 * mean);
  b[1] = 1;
  return before;
}

}  // namespace

DrawnRegions draw_regions(const Variable& scores, const Variable& attention, Generator& generator) {
  const Variable possible = possible_scores(scores, attention);
  const std::vector<std::int32_t> drawn = draw(possible.value(), generator);
  const std::int64_t rows = scores.shape()[0], regions = scores.shape()[1];
  Tensor one_hot = Tensor::zeros(scores.shape(), DType::float64);
  for (std::int64_t m = 0; m < rows; ++m)
    one_hot.data<double>()[m * regions + drawn[static_cast<std::size_t>(m)]] = 1;
  const Variable chosen(one_hot.to(scores.dtype()));
  // log α = e − log Σ exp e, so H = log Σ exp e − Σ α e; of regions that are not there α is 0.
  const Variable drawn_score = ops::sum(ops::multiply(chosen, scores), 1);
  const Variable mean_score = ops::sum(ops::multiply(attention, scores), 1);
  const Variable log_share =
      ops::affine(ops::cross_entropy(possible, drawn, {.reduction = ops::Reduction::none}), -1);
  const Variable entropy = ops::subtract(ops::subtract(drawn_score, log_share), mean_score);
  const Shape column{rows, 1};
  return {chosen,
          ops::concatenate({ops::reshape(log_share, column), ops::reshape(entropy, column)}, 1)};
}

Variable reinforce_regions(const RegionReward& reward, Tensor& baseline) {
  const std::vector<double> rewards =
      mean_log_probabilities(reward.packing, reward.log_probabilities);
  const double b = next_baseline(baseline, rewards);
  const std::int64_t words = reward.packing.total();
  Tensor weights(Shape{words, 2}, DType::float64);
  for (std::int64_t t = 0; t < reward.packing.steps(); ++t) {
    for (std::int64_t n = 0; n < reward.packing.rows(t); ++n) {
      double* row = weights.data<double>() + 2 * (reward.packing.offset(t) + n);
      row[0] = -reward.reward_weight * (rewards[static_cast<std::size_t>(n)] - b) /
               static_cast<double>(words);
      row[1] = -reward.entropy_weight / static_cast<double>(words);
    }
  }
  const Variable choices = ops::concatenate({reward.choices.begin(), reward.choices.end()}, 0);
  return ops::sum(ops::multiply(choices, Variable(weights.to(choices.dtype()))));
}

}  // namespace limn::models
