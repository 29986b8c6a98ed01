#include "limn/train/objective.h"

#include <cmath>
#include <numeric>

#include "core/check.h"
#include "limn/ops/arithmetic.h"

namespace limn::train {
namespace {

// Of the cross-entropy with uniform smoothing that has the same gradient.
double uniform_epsilon(const LabelSmoothing& smoothing, std::int64_t vocabulary) {
  const double epsilon = smoothing.epsilon, words = static_cast<double>(vocabulary);
  require(epsilon >= 0 && epsilon < 1, "maximum_likelihood: ε must be in [0, 1); got {}", epsilon);
  if (smoothing.kind == Smoothing::uniform || epsilon == 0) return epsilon;
  require(epsilon < 1 - 1 / words,
          "maximum_likelihood: ε over the other words must be below 1 - 1/{}; got {}", vocabulary,
          epsilon);
  return epsilon * words / (words - 1);
}

// −Σ q log q of a target's smoothed distribution, which the divergence leaves out.
double entropy(const LabelSmoothing& smoothing, std::int64_t vocabulary) {
  const double epsilon = smoothing.epsilon;
  if (smoothing.kind == Smoothing::uniform || epsilon == 0) return 0;
  const double other = epsilon / static_cast<double>(vocabulary - 1);
  return -(1 - epsilon) * std::log(1 - epsilon) - epsilon * std::log(other);
}

}  // namespace

ObjectiveResult maximum_likelihood(const models::Captioner& captioner, const nn::Features& features,
                                   const data::CaptionBatch& batch, const LabelSmoothing& smoothing,
                                   const nn::Pass& pass) {
  const std::int64_t words = batch.words(), vocabulary = captioner.vocabulary_size();
  models::LikelihoodOptions options;
  options.label_smoothing = uniform_epsilon(smoothing, vocabulary);
  options.weights.assign(static_cast<std::size_t>(words), -1.0F / static_cast<float>(words));
  models::Likelihood likelihood = captioner.log_likelihood(features, batch, options, pass);
  Variable loss = std::move(likelihood.total);
  if (likelihood.penalty.defined()) loss = ops::add(loss, likelihood.penalty);
  if (const double constant = entropy(smoothing, vocabulary); constant != 0)
    loss = ops::affine(loss, 1, -constant);
  const Tensor each = likelihood.log_probabilities.to(DType::float64);
  const auto values = each.span<double>();
  return {.loss = std::move(loss),
          .log_probability = std::accumulate(values.begin(), values.end(), 0.0),
          .words = words};
}

ObjectiveResult mixture(const ObjectiveResult& first, const ObjectiveResult& second, double share) {
  require(share >= 0 && share <= 1, "mixture: the share must be in [0, 1]; got {}", share);
  ObjectiveResult result = first;
  result.loss = ops::add(ops::affine(first.loss, share), ops::affine(second.loss, 1 - share));
  return result;
}

}  // namespace limn::train
